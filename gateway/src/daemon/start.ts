import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import type { DaemonPaths } from './paths.ts';

/** A daemon that was started. One that ended may have lost to another one, or have made way for it. */
export interface Starting {
	readonly since: number;
	state(): 'running' | 'ended' | { readonly failure: string };
}

/** Starts `serve --background` as a process of its own that outlives this one. */
export function startDaemon({ home, log }: DaemonPaths, env: NodeJS.ProcessEnv): Starting {
	mkdirSync(home, { recursive: true, mode: 0o700 });
	const stderr = openSync(log, 'a', 0o600);
	const child = spawn(process.execPath, [...inherited(process.execArgv), entry(), 'serve', '--background'], {
		detached: true,
		cwd: home,
		env: { ...env, SWITCHBOARD_HOME: home },
		stdio: ['ignore', 'ignore', stderr],
		windowsHide: true,
	});
	closeSync(stderr);
	child.unref();

	let state: ReturnType<Starting['state']> = 'running';
	child.once('error', (error) => {
		state = { failure: error.message };
	});
	child.once('exit', (code) => {
		state = code === 0 ? 'ended' : { failure: lastWords(log, child.pid) ?? `it ended with code ${code}` };
	});
	return { since: Date.now(), state: () => state };
}

/** The program this process runs, which after an update is the new one. */
function entry(): string {
	const [, file] = process.argv;
	if (file === undefined) throw new TypeError('The daemon can only be started by the switchboard program.');
	return file;
}

/** A debugger's port belongs to one process. */
function inherited(flags: readonly string[]): readonly string[] {
	return flags.filter((flag) => !flag.startsWith('--inspect'));
}

/** The last error a daemon logged before it ended. */
function lastWords(log: string, pid: number | undefined): string | undefined {
	const fatal = 60;
	for (const line of readFileSync(log, 'utf8').slice(-20_000).split('\n').reverse()) {
		try {
			const record = JSON.parse(line) as { pid?: number; level?: number; reason?: string };
			if (record.pid === pid && record.level === fatal) return record.reason;
		} catch {
			// A line cut by the slice, or a crash's plain text.
		}
	}
	return undefined;
}
