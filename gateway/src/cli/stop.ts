import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import { tryLock } from '../daemon/lock.ts';
import { type DaemonPaths, daemonPaths } from '../daemon/paths.ts';
import { isUnreachable } from '../daemon/unreachable.ts';
import { type CommandContext, defineCommand } from './command.ts';

/** A drain takes at most ten seconds. */
const patienceMs = 13_000;

export const stop = defineCommand({
	name: 'stop',
	summary: 'End the daemon and its Agents, once what is under way is done',
	usage: '[--force]',
	example: '',
	options: { force: { type: 'boolean', about: 'Kill a daemon that does not answer' } },
	async run({ home, values, out, daemon }) {
		const stopped = await stopDaemon(home, { daemon, out, force: values.force === true });
		out.result({ stopped }, stopped ? 'Stopped.' : 'No daemon was running.');
		return undefined;
	},
});

/** Ends the daemon of this home; `false` where none was running. */
export async function stopDaemon(
	home: string,
	{ daemon, out, force }: Pick<CommandContext, 'daemon' | 'out'> & { readonly force: boolean },
): Promise<boolean> {
	const paths = daemonPaths(home);
	const control = await daemon({ start: false }).catch((error: unknown) => {
		if (isUnreachable(error)) return undefined;
		throw error;
	});
	if (control !== undefined) {
		out.progress('stopping…');
		await control.request('stop', {});
	}
	const ended = await hasEnded(paths, control === undefined ? 500 : patienceMs);
	if (!ended && !force) {
		throw new Fault('timeout', 'The daemon has not ended.', { hint: `Kill it: ${commandLine('stop', '--force')}` });
	}
	if (!ended) await kill(paths);
	return control !== undefined || !ended;
}

/** The lock is free when the process is gone, and only then. */
async function hasEnded({ lock }: DaemonPaths, patience: number): Promise<boolean> {
	const deadline = Date.now() + patience;
	while (true) {
		if (isFree(lock)) return true;
		if (Date.now() > deadline) return false;
		await sleep(50);
	}
}

function isFree(lock: string): boolean {
	try {
		const taken = tryLock(lock);
		taken?.release();
		return taken !== undefined;
	} catch {
		// No home, no daemon.
		return true;
	}
}

/** The lock is held, so the pid that its holder wrote is still that process. */
async function kill(paths: DaemonPaths): Promise<void> {
	const { pid } = JSON.parse(readFileSync(paths.info, 'utf8')) as { pid?: unknown };
	if (typeof pid !== 'number') throw new Fault('not_found', `${paths.info} names no process.`);
	process.kill(pid, 'SIGKILL');
	if (!(await hasEnded(paths, patienceMs))) throw new Fault('timeout', `Process ${pid} does not end.`);
}
