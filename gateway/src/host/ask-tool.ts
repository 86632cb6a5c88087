import type { SkillResult } from '@switchboard/kit/perform';
import type { ContentBlock } from '@switchboard/kit/skill';
import { z } from 'zod';
import { commandLine } from '../command-line.ts';
import type { Approval, Envelope, Step } from '../gateway.ts';
import { Answers, EnvelopeSchema, envelopeJson } from './envelope-schema.ts';
import type { OwnTool } from './own-tools.ts';

const input = z.strictObject({
	instruction: z
		.string()
		.min(1)
		.max(100_000)
		.describe('What is to be done, in plain words; steps in the order they should happen'),
	answers: Answers.optional().describe(
		'What `needs` of this very instruction asked for; it then goes on where it stopped',
	),
});

export const ask: OwnTool<typeof input> = {
	name: 'ask',
	title: 'Do an instruction',
	description:
		'Carries out an instruction in plain words: finds the Agent and Skill for each step it spells out, runs them in order and returns one answer with every step and where it came from. For a single known Skill, call that tool directly.',
	annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
	input,
	output: EnvelopeSchema,

	async run({ instruction, answers }, { gateway, asks, session, host, signal, progress }) {
		const steps: Step[] = [];
		const { id } = asks.start(session.id, (stop) =>
			gateway.ask({
				session,
				host,
				instruction,
				...(answers !== undefined && { answers }),
				signal: stop,
				onStep(step, index, total) {
					steps[index] = step;
					progress?.({ progress: index, total, message: `${step.skill ?? 'no Skill'}: ${step.text}`.slice(0, 200) });
				},
			}),
		);
		signal.addEventListener('abort', () => asks.cancel(id, session.id), { once: true });
		const settled = await asks.wait(id, session.id, host.patience);
		if (settled?.fault !== undefined) throw settled.fault;
		return envelopeResult(
			settled?.envelope ??
				stillRunning(
					id,
					steps,
					gateway.approvals.list().find((open) => open.session === session.id),
				),
		);
	},
};

/** What a host is told that would not wait longer. */
function stillRunning(id: string, steps: readonly Step[], open: Approval | undefined): Envelope {
	const state =
		open === undefined
			? 'Still working.'
			: `Waits for the owner's yes to ${open.skill}; the owner answers with: ${commandLine('approve', open.id)} (or deny).`;
	const answer = `${state} Fetch the answer with job_result {"job": "${id}"}.`;
	return {
		run: id,
		answer,
		status: 'pending',
		steps: steps.filter((step) => step !== undefined),
		provenance: [],
		by: 'offline',
	};
}

export function envelopeResult(envelope: Envelope): SkillResult {
	const links = envelope.steps.flatMap(({ resources }) => resources);
	return {
		content: [
			{ type: 'text', text: envelope.answer },
			...links.map(
				({ uri, name, mimeType, size }): ContentBlock => ({ type: 'resource_link', uri, name, mimeType, size }),
			),
		],
		structuredContent: envelopeJson(envelope),
		...(envelope.status === 'failed' && { isError: true }),
	};
}
