import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { connection, entity } from './shapes.ts';

export const bizDescribe = defineSkill({
	name: 'biz_describe',
	title: 'Describe a kind of record',
	description:
		'Returns the fields of one entity (type, required, readonly, relation, choices), its actions with effect and states, and what may be done to it.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ connection, entity }),
	output: z.looseObject({ fields: z.array(z.looseObject({})), actions: z.array(z.looseObject({})) }),
	targets: { entity: 'table' },
	examples: ['which fields does an invoice have', 'what can be done with a deal'],
	async run({ connection, entity }, { connections }: BusinessPorts, { signal }) {
		const { fields, actions, operations, ...rest } = await connections.get(connection).describe(entity, signal);
		return {
			...rest,
			operations: [...operations],
			fields: fields.map((field) => ({ ...field })),
			actions: actions.map((action) => ({ ...action })),
		};
	},
});
