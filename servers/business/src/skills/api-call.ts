import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { api, Given } from './shapes.ts';

export const apiCall = defineSkill({
	name: 'api_call',
	title: 'Call an API',
	description:
		'Calls one operation of an imported API with checked arguments and returns status and body, whole or projected by JSON pointers; long and binary answers become artifacts. GET reads; anything else is shown first, byte for byte.',
	effect: 'destroy',
	world: 'open',
	input: z.strictObject({
		connection: api,
		op: z.string().max(500).describe('From api_search'),
		args: Given.default({}).describe('As api_describe says; the body under "body"'),
		contentType: z.string().max(200).optional().describe('Of several that the body may have'),
		fields: z
			.array(z.string().max(300))
			.min(1)
			.max(50)
			.optional()
			.describe('JSON pointers into the answer, * for every item: /items/*/name'),
	}),
	output: z.object({
		status: z.number(),
		headers: z.looseObject({}),
		body: z.unknown().optional(),
		text: z.string().optional().describe('Beginning of an answer that is long or no JSON'),
		artifact: z.string().optional().describe('The whole of it'),
	}),
	source: 'outside',
	examples: ['list the items of the shop API', 'create an item in the warehouse through its API'],
	async prepare({ connection, op, args, contentType }, { apis }: BusinessPorts, call) {
		const { effect, targets, shown, digest } = await apis.plan({ connection, op, args, contentType }, call);
		return { effect, targets, preview: shown, state: digest };
	},
	async run({ connection, op, args, contentType, fields }, { apis }, call) {
		const request = { connection, op, args, contentType };
		const { headers, ...answer } = await apis.send(request, await apis.plan(request, call), fields, call);
		return { ...answer, headers: { ...headers } };
	},
});
