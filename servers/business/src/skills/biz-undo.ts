import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { parseChangeRef } from '../refs.ts';
import { byOf, changeId, previewText, ReceiptOutput, receiptOutput, receiptText } from './shapes.ts';

export const bizUndo = defineSkill({
	name: 'biz_undo',
	title: 'Take a change back',
	description:
		'Takes an applied change back, record by record, unless a record has moved since or the change deleted or posted something. Also removes an API that api_import stored. An undo can itself be undone.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		changeId: changeId.describe('As the change returned it'),
	}),
	output: ReceiptOutput,
	examples: ['undo that', 'take back the contact I just added'],
	async prepare({ changeId }, { connections, apis }: BusinessPorts, call) {
		const { connection, id } = parseChangeRef(changeId);
		const removal = await apis.planRemoval(connection, id);
		if (removal !== undefined)
			return { effect: 'write', targets: [{ kind: 'record', value: changeId }], preview: removal };
		const planned = await connections.get(connection).planUndo(id, byOf(call));
		const { effect, targets, reversible, hash } = planned;
		return { effect, targets, reversible, preview: previewText(planned), state: hash };
	},
	async run({ changeId }, { connections, apis }, call) {
		const { connection, id } = parseChangeRef(changeId);
		if ((await apis.planRemoval(connection, id)) !== undefined) return receiptOutput(await apis.remove(connection, id));
		const connector = connections.get(connection);
		// The kit has just compared this plan with the one that was decided on.
		const { hash } = await connector.planUndo(id, byOf(call));
		return receiptOutput(await connector.undo(id, hash, byOf(call)));
	},
	render: receiptText,
});
