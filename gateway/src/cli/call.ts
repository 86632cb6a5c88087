import type { CallOutcome } from '../gateway.ts';
import { callArgs } from './call-args.ts';
import { defineCommand } from './command.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob, jobText } from './job-text.ts';
import { resultText } from './result-text.ts';
import { usageFault } from './usage.ts';
import { waitOption, waitParams } from './wait-option.ts';
import { watch } from './watch.ts';

export const call = defineCommand({
	name: 'call',
	summary: 'Call one Skill',
	usage: '<skill> [name=value…]',
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
		out.result(outcome, () => resultText(outcome.result));
		return exitCodeOfOutcome(outcome);
	},
});

function exitCodeOfOutcome({ status, fault }: CallOutcome): ExitCode {
	if (status === 'done') return exitCodes.ok;
	return fault === undefined ? exitCodes.failed : exitCodeOf(fault.kind);
}
