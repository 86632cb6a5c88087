import type { Control, RequestOptions } from '../daemon/control.ts';
import type { Approval, Step } from '../gateway.ts';
import type { CommandContext } from './command.ts';
import { commandLine } from './command-line.ts';
import { oneLine, plain } from './words.ts';

/** How a request says what it is doing, and puts to the owner what has to be approved. */
export function watching({ out, signal }: Pick<CommandContext, 'out' | 'signal'>, control: Control): RequestOptions {
	const begun = new Set<number>();
	let asking = Promise.resolve();

	function step({ skill, agent, text, status, ms }: Step, index: number, total: number): void {
		const what = skill === undefined ? 'no Skill' : `${skill} (${agent})`;
		if (begun.has(index)) return void out.progress(`${index + 1}/${total} ${what}: ${status}, ${ms} ms`);
		begun.add(index);
		out.progress(`${index + 1}/${total} ${what}: ${oneLine(text)}`);
	}

	return {
		signal,
		onEvent(event) {
			switch (event.event) {
				case 'step':
					return void step(event.data.step, event.data.index, event.data.total);
				case 'progress':
					return void out.progress(progressText(event.data));
				case 'approval':
					asking = asking.then(() => putApproval(out, control, event.data)).catch(() => {});
			}
		},
	};
}

function progressText({ progress, total, message }: { progress: number; total?: number; message?: string }): string {
	const share = total === undefined || total <= 0 ? `${progress}` : `${Math.round((progress / total) * 100)} %`;
	return message === undefined ? share : `${share} ${oneLine(message)}`;
}

/** Asks whoever sits at the terminal; where nobody does, says how the owner answers from elsewhere. */
export async function putApproval(out: CommandContext['out'], control: Control, approval: Approval): Promise<void> {
	const { id, skill, agent, effect, reason, text } = approval;
	out.note(out.style('yellow', `\n${skill} (${agent}) would ${effect} and waits for your approval (${reason}):`));
	out.note(plain(text));
	if (!out.interactive) return void out.note(answerLines(id));
	const answer = await out.ask('Do it? [y/N] ');
	await control.request('answer', { id, yes: /^y(es)?$/i.test(answer) });
}

export function answerLines(approval: string): string {
	return `Answer it: ${commandLine('approve', approval)}\n       or: ${commandLine('deny', approval)}`;
}
