import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { api } from './shapes.ts';

export const apiDescribe = defineSkill({
	name: 'api_describe',
	title: 'Describe an operation of an API',
	description:
		'Returns one operation with the JSON Schema of the arguments that api_call takes; files are given as artifact URIs.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection: api,
		op: z.string().max(500).describe('From api_search'),
		contentType: z.string().max(200).optional().describe('Of several that the body may have'),
	}),
	output: z.looseObject({
		op: z.string(),
		effect: z.string(),
		contentType: z.string().optional(),
		otherContentTypes: z.array(z.string()),
		args: z.looseObject({}).describe('JSON Schema'),
	}),
	source: 'outside',
	examples: ['which arguments does createItem of the shop API take', 'how is an order cancelled through that API'],
	async run({ connection, op, contentType }, { apis }: BusinessPorts) {
		const {
			contentType: chosen,
			otherContentTypes,
			security,
			...rest
		} = await apis.describe(connection, op, contentType);
		return {
			...rest,
			...(chosen !== undefined && { contentType: chosen }),
			otherContentTypes: [...otherContentTypes],
			security: security.map((names) => [...names]),
		};
	},
});
