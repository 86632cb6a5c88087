import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { connection } from './shapes.ts';

export const bizEntities = defineSkill({
	name: 'biz_entities',
	title: 'List kinds of records',
	description:
		'Lists the kinds of records of a business system with how many there are of each; biz_describe tells the fields of one.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection,
		query: z.string().max(200).optional().describe('Only those whose name or title has this'),
	}),
	output: z.object({ entities: z.array(z.looseObject({ name: z.string(), records: z.number() })) }),
	private: true,
	examples: ['what kinds of records does the CRM have', 'how many contacts, deals and invoices are there'],
	async run({ connection, query }, { connections }: BusinessPorts, { signal }) {
		const wanted = query?.toLowerCase() ?? '';
		const all = await connections.get(connection).entities(signal);
		return {
			entities: all
				.map((summary) => ({ ...summary }))
				.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted)),
		};
	},
	render: ({ entities }) => entities.map(({ name, title, records }) => `${name}: ${title}, ${records}`).join('\n'),
});
