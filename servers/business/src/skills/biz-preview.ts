import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { Op } from '../change.ts';
import type { BusinessPorts } from '../ports.ts';
import { byOf, connection, Given, previewText } from './shapes.ts';

const short = z.string().max(200).optional();

const GivenOp = z.strictObject({
	op: z.enum(['create', 'update', 'delete', 'action']).describe('What to do'),
	entity: short.describe('To create'),
	ref: short.describe('To change; new:0 is what op 0 creates'),
	version: short.describe('As read; needed to update and delete'),
	action: short.describe('Name of the action'),
	values: Given.optional().describe('Decimals as text, relations as references'),
});

type Part = Exclude<keyof z.infer<typeof GivenOp>, 'op'>;

const parts: Readonly<Record<Op['op'], { needs: readonly Part[]; may: readonly string[] }>> = {
	create: { needs: ['entity', 'values'], may: [] },
	update: { needs: ['ref', 'version', 'values'], may: [] },
	delete: { needs: ['ref', 'version'], may: [] },
	action: { needs: ['ref', 'action'], may: ['version', 'values'] },
};

export const bizPreview = defineSkill({
	name: 'biz_preview',
	title: 'Preview a change',
	description:
		'Works out what up to 100 operations would do, field by field, and changes nothing. Actions: create_order, lose_deal (deal), confirm_order, cancel_order, create_invoice (order), post_invoice, register_payment (invoice). biz_apply then does exactly that.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ connection, ops: z.array(GivenOp).min(1).max(100).describe('In order') }),
	output: z.looseObject({
		changeId: z.string().optional(),
		hash: z.string().optional(),
		effect: z.string().optional(),
		reversible: z.boolean().optional(),
		diff: z.array(z.looseObject({})),
		errors: z.array(z.looseObject({ op: z.number(), message: z.string() })),
	}),
	private: true,
	examples: ['preview moving the deal to the proposal stage', 'prepare an invoice for the confirmed order'],
	async run({ connection, ops }, { connections }: BusinessPorts, call) {
		const preview = await connections.get(connection).preview(ops.map(opOf), byOf(call), call.signal);
		if ('errors' in preview) return { diff: [], errors: preview.errors.map((error) => ({ ...error })) };
		const { changeId, hash, effect, reversible, expiresAt, diff } = preview.planned;
		if (diff.length === 0)
			throw new Fault('invalid_input', 'These operations change nothing: every field has that value already.');
		return {
			changeId,
			hash,
			effect,
			reversible,
			expiresAt,
			diff: diff.map((difference) => ({ ...difference })),
			errors: [],
		};
	},
	render(output) {
		if (output.errors.length > 0)
			return ['Nothing can be applied:', ...output.errors.map(({ op, message }) => `op ${op}: ${message}`)].join('\n');
		// What `run` put there is what `previewText` reads.
		const text = previewText(output as unknown as Parameters<typeof previewText>[0]);
		return `${text}\nApply with changeId ${output.changeId} and hash ${output.hash} (${output.effect}${output.reversible ? ', reversible' : ''}).`;
	},
});

/** The operation that the given parts make; a part that is missing, or does not belong, is named. */
function opOf({ op, ...given }: z.infer<typeof GivenOp>, index: number): Op {
	const takes = parts[op];
	const missing = takes.needs.filter((part) => given[part] === undefined);
	const extra = Object.keys(given).filter(
		(part) => !takes.needs.some((needed) => needed === part) && !takes.may.includes(part),
	);
	if (missing.length === 0 && extra.length === 0) return { op, ...given } as Op;
	const problems = [...missing.map((part) => `needs ${part}`), ...extra.map((part) => `takes no ${part}`)];
	throw new Fault('invalid_input', `ops.${index}: ${op} ${problems.join(', ')}.`);
}
