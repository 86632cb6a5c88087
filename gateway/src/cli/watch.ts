import { commandLine } from '../command-line.ts';
import type { Control, RequestOptions } from '../daemon/control.ts';
import type { Approval, Job, Step } from '../gateway.ts';
import type { CommandContext } from './command.ts';
import { oneLine, plain } from './words.ts';

/** Looks after a request under way: says what it is doing, and puts to the owner what has to be approved. */
export interface Watch {
	readonly options: RequestOptions;
	/** Jobs that the owner answered about here, settled. Questions still open are waited for only where `isPending`. */
	answered(isPending: boolean): Promise<readonly Job[]>;
}

export function watch({ out, signal }: Pick<CommandContext, 'out' | 'signal'>, control: Control): Watch {
	const begun = new Set<number>();
	const jobs: Job[] = [];
	const over = new AbortController();
	let asking = Promise.resolve();

	function step({ skill, agent, text, status, ms }: Step, index: number, total: number): void {
		const what = skill === undefined ? 'no Skill' : `${skill} (${agent})`;
		out.progress(`${index + 1}/${total} ${what}: ${begun.has(index) ? `${status}, ${ms} ms` : oneLine(text)}`);
		begun.add(index);
	}

	async function put(approval: Approval): Promise<void> {
		const job = await putApproval(out, control, approval, AbortSignal.any([signal, over.signal]));
		if (job !== undefined) jobs.push(job);
	}

	return {
		options: {
			signal,
			onEvent(event) {
				if (event.event === 'step') step(event.data.step, event.data.index, event.data.total);
				else if (event.event === 'progress') out.progress(progressText(event.data));
				else if (event.event === 'approval') asking = asking.then(() => put(event.data)).catch(() => {});
			},
		},
		async answered(isPending) {
			if (!isPending) over.abort();
			await asking;
			return await Promise.all(jobs.map(({ id }) => control.request('jobs.wait', { id }, { signal })));
		},
	};
}

function progressText({ progress, total, message }: { progress: number; total?: number; message?: string }): string {
	const share = total === undefined || total <= 0 ? `${progress}` : `${Math.round((progress / total) * 100)} %`;
	return message === undefined ? share : `${share} ${oneLine(message)}`;
}

/** Asks whoever sits at the terminal; where nobody does, says how the owner answers from elsewhere. */
async function putApproval(
	out: CommandContext['out'],
	control: Control,
	{ id, reason, text }: Approval,
	signal: AbortSignal,
): Promise<Job | undefined> {
	if (signal.aborted) return undefined;
	out.note(out.style('yellow', `\nThis waits for your approval (${reason}):`));
	out.note(plain(text));
	if (!out.interactive) {
		out.note(answerLines(id));
		return undefined;
	}
	const answer = await out.ask('Do it? [y/N] ', signal);
	// Taken back is not a no: it was answered elsewhere, or stays open.
	if (signal.aborted) return undefined;
	return await control.request('answer', { id, yes: /^y(es)?$/i.test(answer) });
}

export function answerLines(approval: string): string {
	return `Answer it: ${commandLine('approve', approval)}\n       or: ${commandLine('deny', approval)}`;
}
