import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';

export const bizConnections = defineSkill({
	name: 'biz_connections',
	title: 'List business systems',
	description:
		'Lists the business systems at hand: the embedded CRM, always there as crm, and HTTP APIs (kind openapi, used through api_search and api_call).',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({}),
	output: z.object({ connections: z.array(z.looseObject({ id: z.string(), kind: z.string(), title: z.string() })) }),
	examples: ['which business systems are connected', 'what APIs and CRMs can you use'],
	async run(_input, { connections, apis }: BusinessPorts) {
		const systems = await Promise.all(connections.list().map((connector) => connector.about()));
		return {
			connections: [
				...systems.map((about) => ({ ...about })),
				// A document's own title and version are words from outside, and so stay out of this list.
				...(await apis.list()).map(({ id, origin, operations }) => ({
					id,
					kind: 'openapi',
					title: origin === '' ? 'HTTP API whose document cannot be read' : `HTTP API at ${origin}`,
					origin,
					operations,
				})),
			],
		};
	},
	render: ({ connections }) => connections.map(({ id, kind, title }) => `${id}: ${title} (${kind})`).join('\n'),
});
