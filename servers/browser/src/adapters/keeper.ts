import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one browser process, gone with it, however this process ends. */
export interface Keeper {
	readonly folder: string;
	/** Whose end the folder waits for. */
	watch(pid: number): void;
	/** Resolves when browser and folder are gone. */
	close(): Promise<void>;
}

const prefix = 'switchboard-browser-';

// The end of its input says that we are gone or done. A browser still there after three seconds is killed.
const shellScript = `
read -r pid
read -r _
i=0
while [ -n "$pid" ] && [ "$i" -lt 120 ] && kill -0 "$pid" 2>/dev/null; do
	i=$((i + 1))
	[ "$i" -eq 60 ] && kill -9 "$pid" 2>/dev/null
	sleep 0.05
done
rm -rf -- "$1" 2>/dev/null || { sleep 1; rm -rf -- "$1"; }
`;

const nodeScript = `
let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('close', async () => {
	const pid = Number.parseInt(input, 10);
	const isThere = () => { try { return pid > 0 && process.kill(pid, 0); } catch { return false; } };
	for (let i = 0; isThere() && i < 120; i++) {
		if (i === 60) process.kill(pid);
		await new Promise((done) => setTimeout(done, 50));
	}
	require('node:fs').rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 20 });
});
`;

/** Starts a watcher of its own process group, since killing ours must leave neither browser nor profile behind. */
export function createKeeper(): Keeper {
	sweep();
	const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
	const [command, args] =
		process.platform === 'win32'
			? [process.execPath, ['-e', nodeScript, folder]]
			: ['/bin/sh', ['-c', shellScript, 'switchboard-browser-keeper', folder]];
	const watcher = spawn(command, args, {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
		env: { PATH: process.env.PATH },
	});
	const gone = goneOf(watcher, folder);
	watcher.unref();
	return {
		folder,
		watch: (pid) => watcher.stdin?.write(`${pid}\n`),
		async close() {
			watcher.stdin?.end();
			await gone;
		},
	};
}

async function goneOf(watcher: ChildProcess, folder: string): Promise<void> {
	watcher.stdin?.on('error', () => {});
	await Promise.race([once(watcher, 'exit'), once(watcher, 'error')]).catch(() => {});
	// Where the watcher could not start, or was killed itself.
	rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Folders whose owner is dead and whose watcher was killed too. */
function sweep(): void {
	for (const name of readdirSync(tmpdir())) {
		const owner = Number(/^switchboard-browser-(\d+)-/.exec(name)?.[1]);
		if (owner > 0 && !isAlive(owner)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
