import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';

/** The variable that marks every process of one run, so that those which left its group are found. */
export const runMark = 'SWITCHBOARD_RUN';

/** Signals a process and whatever is in its group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
	if (process.platform === 'win32') {
		if (signal === 'SIGKILL') void execa('taskkill', ['/pid', String(pid), '/T', '/F'], { reject: false });
		return;
	}
	try {
		process.kill(-pid, signal);
	} catch {
		// There is none left.
	}
}

/** Kills what carries a run's mark, in its group or not. On Linux alone can a process be asked for its environment. */
export function killMarked(run: string): void {
	if (process.platform !== 'linux') return;
	const mark = `${runMark}=${run}\0`;
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name) || !isMarked(name, mark)) continue;
		try {
			process.kill(Number(name), 'SIGKILL');
		} catch {
			// It ended by itself.
		}
	}
}

function isMarked(pid: string, mark: string): boolean {
	try {
		return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark);
	} catch {
		return false;
	}
}
