import type { FaultWire } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import type { CallOutcome } from '../gateway.ts';
import { callArgs } from './call-args.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob, jobText } from './job-text.ts';
import { faultLines } from './report.ts';
import { resultText } from './result-text.ts';
import { usageFault } from './usage.ts';
import { waitOption, waitParams } from './wait-option.ts';
import { watch } from './watch.ts';

export const call = defineCommand({
	name: 'call',
	summary: 'Call one Skill',
	usage: '<skill> [name=value… | JSON]',
	example: 'fs_read path=package.json limit=20',
	options: {
		args: { type: 'string', value: 'JSON', about: 'Arguments as a JSON object; - reads it from stdin' },
		key: { type: 'string', value: 'KEY', about: 'Idempotency key: the same key has its effect once' },
		...waitOption,
	},
	async run(context) {
		const { args, values, out } = context;
		const [name, ...pairs] = args;
		if (name === undefined) throw usageFault('It needs the name of a Skill.');
		const control = await context.daemon();
		const skills = pairs.length === 0 ? [] : await control.request('skills', {});
		const params = {
			name,
			args: callArgs(pairs, values.args, skills.find((entry) => entry.name === name)?.card.inputSchema),
			...(values.key !== undefined && { idempotencyKey: values.key }),
			...waitParams(values, out),
		};
		const watched = watch(context, control);
		const outcome = await control.request('call', params, watched.options);
		const [job] = await watched.answered(outcome.status === 'pending');
		if (outcome.status === 'pending' && job !== undefined) {
			out.result(job, () => jobText(job));
			return exitCodeOfJob(job);
		}
		show(outcome, out);
		return exitCodeOfOutcome(outcome);
	},
});

/** A failure is said on stderr; what a foreign server says of its own is its result. */
function show(outcome: CallOutcome, out: CommandContext['out']): void {
	const { fault, result } = outcome;
	if (out.json || fault === undefined || fault.kind === 'internal') out.result(outcome, () => resultText(result));
	else for (const line of linesOf(fault)) out.note(line);
}

function linesOf(fault: FaultWire): readonly string[] {
	if (fault.kind !== 'pending' || fault.job === undefined) return faultLines(fault, 'call');
	return [`What comes of it: ${commandLine('jobs', 'wait', fault.job)}`];
}

function exitCodeOfOutcome({ status, fault }: CallOutcome): ExitCode {
	if (status === 'done') return exitCodes.ok;
	return fault === undefined ? exitCodes.failed : exitCodeOf(fault.kind);
}
