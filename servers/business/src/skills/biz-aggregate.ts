import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { parseFilter } from '../filter.ts';
import type { BusinessPorts } from '../ports.ts';
import { parseGroup, parseMeasure } from '../query.ts';
import { connection, entity, Fields, Given, limit } from './shapes.ts';

export const bizAggregate = defineSkill({
	name: 'biz_aggregate',
	title: 'Count and sum records',
	description:
		'Counts, sums and averages records of one entity by groups, also by day, week, month, quarter or year. Exact decimals; each currency apart.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection,
		entity,
		filter: Given.optional().describe('As in biz_search'),
		groupBy: z
			.array(z.string().max(120))
			.max(4)
			.default([])
			.describe('Such as ["state", "date:month", "company.name"]'),
		measures: z
			.array(z.string().max(120))
			.min(1)
			.max(8)
			.default(['count'])
			.describe('Such as ["count", "sum:total", "avg:total", "max:date"]'),
		limit: limit(1_000, 100),
	}),
	output: z.object({ rows: z.array(Fields), more: z.boolean() }),
	targets: { entity: 'table' },
	private: true,
	examples: ['sum up invoices by month', 'how many deals are in each stage', 'what is the total of unpaid invoices'],
	async run({ connection, entity, filter, groupBy, measures, limit }, { connections }: BusinessPorts, { signal }) {
		const query = {
			entity,
			filter: parseFilter(filter),
			groupBy: groupBy.map(parseGroup),
			measures: measures.map(parseMeasure),
			limit,
		};
		const { rows, more } = await connections.get(connection).aggregate(query, signal);
		return { rows: [...rows], more };
	},
	render: ({ rows, more }) =>
		[...rows.map((row) => JSON.stringify(row)), ...(more ? ['[there are more groups]'] : [])].join('\n') ||
		'No records.',
});
