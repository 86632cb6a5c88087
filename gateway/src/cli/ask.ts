import { defineCommand } from './command.ts';
import { envelopeText, exitCodeOfAsk } from './envelope-text.ts';
import { jobText } from './job-text.ts';
import { usageFault } from './usage.ts';
import { waitOption, waitParams } from './wait-option.ts';
import { watch } from './watch.ts';

export const ask = defineCommand({
	name: 'ask',
	summary: 'Do an instruction given in plain words',
	usage: '<instruction…>',
	example: '"find the file package.json and tell me what is in it"',
	options: { ...waitOption },
	async run(context) {
		const { args, values, out } = context;
		const instruction = args.join(' ').trim();
		if (instruction === '') throw usageFault('It needs an instruction.');
		const control = await context.daemon();
		const watched = watch(context, control);
		const envelope = await control.request('ask', { instruction, ...waitParams(values, out) }, watched.options);
		const jobs = await watched.answered(envelope.status === 'pending');
		out.result(envelope, () => [envelopeText(envelope, out), ...jobs.map(jobText)].join('\n\n'));
		return exitCodeOfAsk(envelope, jobs);
	},
});
