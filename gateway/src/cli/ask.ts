import { defineCommand } from './command.ts';
import { envelopeText, exitCodeOfEnvelope } from './envelope-text.ts';
import { usageFault } from './usage.ts';
import { waitOption, waitParams } from './wait-option.ts';
import { watching } from './watch.ts';

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
		const envelope = await control.request(
			'ask',
			{ instruction, ...waitParams(values, out) },
			watching(context, control),
		);
		out.result(envelope, () => envelopeText(envelope, out));
		return exitCodeOfEnvelope(envelope);
	},
});
