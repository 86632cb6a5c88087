import { askFor, askOptions } from './ask-request.ts';
import { defineCommand } from './command.ts';
import { envelopeText, exitCodeOfAsk } from './envelope-text.ts';
import { jobText } from './job-text.ts';
import { usageFault } from './usage.ts';

export const ask = defineCommand({
	name: 'ask',
	summary: 'Do an instruction given in plain words',
	usage: '<instruction…>',
	example: '"find the file package.json and tell me what is in it"',
	options: askOptions,
	async run(context) {
		const { args, out } = context;
		const instruction = args.join(' ').trim();
		if (instruction === '') throw usageFault('It needs an instruction.');
		const { envelope, jobs } = await askFor(context, await context.daemon(), instruction);
		out.result(envelope, () => [envelopeText(envelope, instruction, out), ...jobs.map(jobText)].join('\n\n'));
		return exitCodeOfAsk(envelope, jobs);
	},
});
