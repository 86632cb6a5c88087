import { randomUUID } from 'node:crypto';
import { thisBuild } from '../daemon/build.ts';
import { connectDaemon } from '../daemon/connect.ts';
import { createLineReader } from '../daemon/lines.ts';
import type { DaemonPaths } from '../daemon/paths.ts';
import { createShim } from './shim.ts';

/** How often a shim looks whether it has been orphaned, where its pipes do not tell. */
const orphanCheckMs = 3_000;
/** How long answers are waited for when a host has closed its end but lives. */
const lastWordsMs = 2_000;

/** Serves the host that started this process, over its stdin and stdout, until the host is gone. */
export function runShim(paths: DaemonPaths, env: NodeJS.ProcessEnv): Promise<void> {
	const { stdin, stdout, ppid: parent } = process;
	const hello = { role: 'host' as const, cwd: process.cwd(), key: randomUUID(), ...thisBuild(env) };
	const side = {
		write: (line: Buffer | string) => stdout.write(line),
		pause: () => void stdin.pause(),
		resume: () => void stdin.resume(),
		onDrain: (listener: () => void) => void stdout.once('drain', listener),
	};
	const shim = createShim(side, (startAfter) => connectDaemon(paths, { hello, start: true, startAfter, env }));
	const read = createLineReader(shim.take);

	return new Promise((over) => {
		const end = (): void => {
			shim.close();
			over();
		};
		/** A host that only closed its end may still read what it asked for. */
		const finish = (): void => {
			const deadline = Date.now() + lastWordsMs;
			const wait = setInterval(() => {
				if (shim.waiting > 0 && Date.now() < deadline && process.ppid === parent) return;
				clearInterval(wait);
				end();
			}, 10);
		};
		stdin.on('data', (chunk: Buffer) => {
			try {
				read(chunk);
			} catch {
				end();
			}
		});
		stdin.once('end', finish);
		stdin.once('close', finish);
		stdin.once('error', end);
		stdout.on('error', end);
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
		setInterval(() => process.ppid !== parent && end(), orphanCheckMs).unref();
	});
}
