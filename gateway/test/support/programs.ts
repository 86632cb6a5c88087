import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const mainFile = fileURLToPath(new URL('./main.ts', import.meta.url));
export const programArgs: readonly string[] = ['--conditions=@switchboard/source', mainFile];

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A home of a test's own, with the programs that live in it; `end` leaves no process and no file. */
export interface TestHome {
	readonly folder: string;
	readonly env: NodeJS.ProcessEnv;
	run(...args: readonly string[]): Promise<Ended>;
	/** A command that goes on while the test does. */
	start(...args: readonly string[]): ChildProcess;
	shim(env?: NodeJS.ProcessEnv): ChildProcess;
	daemonPid(): number;
	token(): string;
	url(): string;
	end(): Promise<void>;
}

export function createTestHome(extra: NodeJS.ProcessEnv = {}): TestHome {
	const folder = mkdtempSync(join(tmpdir(), 'sb-'));
	const { PATH, HOME } = process.env;
	// The build is pinned, since somebody may be saving a source file just now.
	const env: NodeJS.ProcessEnv = {
		...{ PATH, HOME, SWITCHBOARD_HOME: folder, SWITCHBOARD_BUILD: '1000' },
		...{ NODE_COMPILE_CACHE: join(tmpdir(), 'switchboard-test-cache') },
		...extra,
	};
	const info = (): { pid: number; port: number } => JSON.parse(readFileSync(join(folder, 'daemon.json'), 'utf8'));
	const children = new Set<ChildProcess>();

	function run(...args: readonly string[]): Promise<Ended> {
		return new Promise((done) => {
			execFile(process.execPath, [...programArgs, ...args], { env, cwd: folder }, (error, stdout, stderr) =>
				done({ code: error === null ? 0 : ((error as { code?: number }).code ?? null), stdout, stderr }),
			);
		});
	}

	function start(args: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
		const child = spawn(process.execPath, [...programArgs, ...args], { env: { ...env, ...more }, cwd: folder });
		children.add(child);
		return child;
	}

	return {
		folder,
		env,
		run,
		start: (...args) => start(args),
		shim: (more) => start(['stdio'], more),
		daemonPid: () => info().pid,
		token: () => readFileSync(join(folder, 'token'), 'utf8').trim(),
		url: () => `http://127.0.0.1:${info().port}`,
		async end() {
			for (const child of children) child.kill('SIGKILL');
			await until(async () => {
				const left = await processesOf(folder);
				for (const pid of left) process.kill(pid, 'SIGKILL');
				return left.length === 0;
			});
			rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** A test in a home of its own. */
export function inHome(test: (home: TestHome) => Promise<void>): () => Promise<void> {
	return async () => {
		const home = createTestHome();
		try {
			await test(home);
		} finally {
			await home.end();
		}
	};
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// A zombie answers signals too.
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

/** Processes whose environment names this home. */
export async function processesOf(folder: string): Promise<readonly number[]> {
	const { readdir } = await import('node:fs/promises');
	return (await readdir('/proc'))
		.map(Number)
		.filter((pid) => pid > 0 && pid !== process.pid && isAlive(pid))
		.filter((pid) => {
			try {
				return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`SWITCHBOARD_HOME=${folder}`);
			} catch {
				return false;
			}
		});
}

export async function until(what: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
	const deadline = Date.now() + ms;
	while (!(await what())) {
		if (Date.now() > deadline) throw new Error('it did not come true in time');
		await sleep(20);
	}
}
