import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { api, limit } from './shapes.ts';

export const apiSearch = defineSkill({
	name: 'api_search',
	title: 'Find an operation of an API',
	description:
		'Ranks the operations of an imported API by words of what is to be done; api_describe tells the arguments of one.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection: api,
		query: z.string().max(400).default('').describe('What is to be done'),
		limit: limit(50, 8),
	}),
	output: z.object({ operations: z.array(z.looseObject({ op: z.string(), summary: z.string(), effect: z.string() })) }),
	source: 'outside',
	examples: ['which operation of the shop API creates an item', 'what can the warehouse API do'],
	async run({ connection, query, limit }, { apis }: BusinessPorts) {
		return { operations: (await apis.search(connection, query, limit)).map((hit) => ({ ...hit })) };
	},
	render: ({ operations }) =>
		operations
			.map(({ op, method, path, summary, effect }) => `${op}: ${method} ${path} (${effect}) ${summary}`)
			.join('\n') || 'No operation fits these words.',
});
