import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import type { CommandContext } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob, jobText } from './job-text.ts';
import { theOne, wholeNumber } from './usage.ts';

export const answerOptions = {
	wait: { type: 'string', value: 'SECONDS', about: 'How long to wait for the outcome (default 10)' },
} as const;

/** Gives the owner's answer; a yes runs the stored call, and its outcome is shown when it comes soon. */
export async function answer(
	{ args, values, out, daemon, signal }: CommandContext<typeof answerOptions>,
	yes: boolean,
): Promise<ExitCode> {
	const id = theOne(args, 'an approval’s id');
	const control = await daemon();
	const job = await control.request('answer', { id, yes }).catch((error: unknown) => {
		if (!(error instanceof Fault) || error.kind !== 'not_found') throw error;
		throw new Fault('not_found', 'No question of this id is open.', {
			hint: `What is: ${commandLine('approvals')}`,
			cause: error,
		});
	});
	const ms = values.wait === undefined ? 10_000 : wholeNumber(values.wait, 'wait') * 1000;
	const settled = await control.request('jobs.wait', { id: job.id, ms }, { signal });
	out.result(settled, () => jobText(settled));
	// The no itself has succeeded.
	return yes ? exitCodeOfJob(settled) : exitCodes.ok;
}
