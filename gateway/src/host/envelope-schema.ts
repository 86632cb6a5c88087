import { Artifact, Source } from '@switchboard/kit/wire';
import { z } from 'zod';
import type { Envelope } from '../gateway.ts';

const Step = z.object({
	text: z.string().describe('The words of the instruction it answers'),
	call: z.string().optional(),
	agent: z.string().optional(),
	skill: z.string().optional(),
	why: z.array(z.string()),
	args: z.record(z.string(), z.unknown()),
	status: z.enum(['done', 'failed', 'denied', 'pending', 'cancelled', 'unknown', 'skipped', 'needs_input', 'none']),
	ms: z.number(),
	summary: z.string(),
	resources: z.array(Artifact),
});

/** What `needs` of an instruction asked for, given back with the same instruction. */
export const Answers = z
	.array(z.strictObject({ step: z.int().min(0), input: z.string().min(1), value: z.string().max(100_000) }))
	.max(100);

/** The Envelope as hosts may rely on it. */
export const EnvelopeSchema = z.object({
	run: z.string(),
	answer: z.string(),
	status: z.enum(['done', 'partial', 'failed', 'pending', 'needs_input', 'none']),
	steps: z.array(Step),
	provenance: z.array(z.object({ agent: z.string(), skills: z.array(z.string()), source: Source })),
	needs: z
		.array(
			z.object({ step: z.int(), input: z.string(), question: z.string(), choices: z.array(z.string()).optional() }),
		)
		.optional(),
	by: z.enum(['offline', 'model']),
	usage: z.object({ inputTokens: z.int(), outputTokens: z.int() }).optional(),
});

/** An Envelope as plain JSON: what is undefined is absent. */
export function envelopeJson(envelope: Envelope): Record<string, unknown> {
	return JSON.parse(JSON.stringify(envelope)) as Record<string, unknown>;
}
