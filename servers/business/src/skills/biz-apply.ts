import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { parseChangeRef } from '../refs.ts';
import { byOf, changeId, previewText, ReceiptOutput, receiptOutput, receiptText } from './shapes.ts';

export const bizApply = defineSkill({
	name: 'biz_apply',
	title: 'Apply a previewed change',
	description:
		'Does exactly what biz_preview showed, all of it or nothing, and once, however often it is called. Ends in a conflict where a record has moved since. Deletions are for good; posting an invoice leaves the house.',
	effect: 'destroy',
	world: 'closed',
	input: z.strictObject({
		changeId: changeId.describe('From biz_preview'),
		hash: z.string().max(100).describe('From biz_preview'),
	}),
	output: ReceiptOutput,
	examples: ['apply that change', 'go ahead and post the previewed invoice'],
	async prepare({ changeId }, { connections }: BusinessPorts, call) {
		const { connection, id } = parseChangeRef(changeId);
		const planned = await connections.get(connection).planned(id, byOf(call));
		const { effect, targets, reversible, hash } = planned;
		return { effect, targets, reversible, preview: previewText(planned), state: hash };
	},
	async run({ changeId, hash }, { connections }, call) {
		const { connection, id } = parseChangeRef(changeId);
		return receiptOutput(await connections.get(connection).apply(id, hash, byOf(call), call.signal));
	},
	render: receiptText,
});
