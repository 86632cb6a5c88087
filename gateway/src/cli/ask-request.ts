import type { Control } from '../daemon/control.ts';
import type { Envelope, Job } from '../gateway.ts';
import type { CommandContext } from './command.ts';
import { usageFault } from './usage.ts';
import { waitOption, waitParams } from './wait-option.ts';
import { watch } from './watch.ts';
import { oneLine } from './words.ts';

export const askOptions = {
	answer: {
		type: 'string',
		multiple: true,
		value: 'STEP.INPUT=VALUE',
		about: 'What a step of the same instruction asked for: 2.title="Good news"',
	},
	...waitOption,
} as const;

export interface Asked {
	readonly envelope: Envelope;
	/** What was held, answered about at this terminal, and is now settled. */
	readonly jobs: readonly Job[];
}

interface StepAnswer {
	readonly step: number;
	readonly input: string;
	readonly value: string;
}

/** Nobody is asked the same things for ever. */
const mostRounds = 5;

/** Has an instruction done; what a step lacks is asked for at a terminal, and the work then goes on. */
export async function askFor(
	context: CommandContext<typeof askOptions>,
	control: Control,
	instruction: string,
): Promise<Asked> {
	const { values, out } = context;
	let answers = (values.answer ?? []).map(answerOf);
	const jobs: Job[] = [];
	for (let round = 1; ; round += 1) {
		const watched = watch(context, control);
		const params = { instruction, ...(answers.length > 0 && { answers }), ...waitParams(values, out) };
		const envelope = await control.request('ask', params, watched.options);
		jobs.push(...(await watched.answered(envelope.status === 'pending')));
		const more = round < mostRounds && out.interactive ? await askNeeds(context, envelope) : [];
		if (more.length === 0) return { envelope, jobs };
		answers = [...answers, ...more];
	}
}

async function askNeeds(
	{ out, signal }: CommandContext<typeof askOptions>,
	{ needs = [] }: Envelope,
): Promise<readonly StepAnswer[]> {
	const answers: StepAnswer[] = [];
	for (const { step, input, question, choices } of needs) {
		const offered = choices === undefined ? '' : ` (${choices.map((choice) => oneLine(choice)).join(', ')})`;
		const value = await out.ask(`${oneLine(question)}${offered} `, signal);
		// Who gives no answer wants to stop here.
		if (value === '') return [];
		answers.push({ step, input, value });
	}
	return answers;
}

function answerOf(text: string): StepAnswer {
	const [, step, input, value] = /^(\d+)\.([\w.-]+)=(.*)$/s.exec(text) ?? [];
	if (step === undefined || input === undefined || value === undefined || step === '0') {
		throw usageFault(`--answer takes STEP.INPUT=VALUE, as in 2.title="Good news", not ${JSON.stringify(text)}.`);
	}
	return { step: Number(step) - 1, input, value };
}
