import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { filterSyntax, parseFilter } from '../filter.ts';
import type { BusinessPorts } from '../ports.ts';
import { both, parseOrder, textFilter } from '../query.ts';
import { connection, cursor, entity, Fields, Given, limit } from './shapes.ts';

export const bizSearch = defineSkill({
	name: 'biz_search',
	title: 'Find records',
	description:
		'Finds records of one entity by words, by a typed filter, or both; returns their reference, version and fields, a page at a time. biz_aggregate counts and sums.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection,
		entity: entity.default('contact'),
		text: z.string().max(300).optional().describe('Words that all occur in the record'),
		filter: Given.optional().describe(filterSyntax),
		fields: z
			.array(z.string().max(120))
			.max(40)
			.optional()
			.describe('Fields to return, relations followed: company.name'),
		order: z
			.array(z.string().max(120))
			.max(4)
			.default([])
			.describe('Such as ["-amount", "name"]; newest first where empty'),
		limit: limit(200, 20),
		cursor,
		count: z.boolean().default(false).describe('Also count all matches'),
	}),
	output: z.object({
		rows: z.array(z.object({ ref: z.string(), version: z.string(), values: Fields })),
		nextCursor: z.string().optional(),
		total: z.number().optional(),
	}),
	targets: { entity: 'table' },
	private: true,
	examples: [
		'find Ada Example in the CRM',
		'which invoices are still open',
		'list the deals of Example Ltd, largest first',
	],
	async run(
		{ connection, entity, text, filter, fields, order, limit, cursor, count },
		{ connections }: BusinessPorts,
		{ signal },
	) {
		const connector = connections.get(connection);
		const words = text === undefined ? undefined : textFilter(text, await connector.describe(entity, signal));
		const query = {
			entity,
			filter: both(parseFilter(filter), words),
			fields,
			order: parseOrder(order),
			limit,
			cursor,
			count,
		};
		const { rows, nextCursor, total } = await connector.search(query, signal);
		return { rows: [...rows], ...(nextCursor !== undefined && { nextCursor }), ...(total !== undefined && { total }) };
	},
	render: ({ rows, nextCursor, total }) =>
		[
			...(total === undefined ? [] : [`${total} in all.`]),
			...(rows.length === 0
				? ['Nothing found.']
				: rows.map(({ ref, version, values }) => `${ref} v${version} ${JSON.stringify(values)}`)),
			...(nextCursor === undefined ? [] : [`[more with cursor ${nextCursor}]`]),
		].join('\n'),
});
