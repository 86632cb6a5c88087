import { ArtifactUri, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';

const patterns = z.array(z.string().max(200)).max(100).default([]);

export const apiImport = defineSkill({
	name: 'api_import',
	title: 'Import an API',
	description:
		'Stores an HTTP API as a connection, from its OpenAPI 3 or Swagger 2 document; api_search, api_describe and api_call then use it. Secrets are named by alias and only sent where the owner allowed them.',
	effect: 'write',
	world: 'open',
	reversible: true,
	input: z.strictObject({
		name: z
			.string()
			.regex(/^[a-z][a-z0-9-]{0,39}$/)
			.describe('Name of the new connection'),
		document: z
			.union([ArtifactUri, z.url({ protocol: /^https?$/ }).max(2_000)])
			.describe('URL, or switchboard://artifact/…'),
		server: z
			.url({ protocol: /^https?$/ })
			.max(500)
			.optional()
			.describe('In place of the document’s own'),
		auth: z.record(z.string(), z.string()).default({}).describe('Security scheme of the document to credential alias'),
		allow: patterns.describe('Only these operations, such as "GET /items*"'),
		deny: patterns.describe('Never these'),
	}),
	output: z.looseObject({
		connection: z.string(),
		status: z.string().describe('imported or exists'),
		server: z.string(),
		operations: z.number(),
		skipped: z.array(z.looseObject({})),
		auth: z.array(z.looseObject({})),
		changeId: z.string(),
	}),
	source: 'outside',
	examples: [
		'import the API described at https://api.example.com/openapi.json',
		'connect the API of this OpenAPI file',
	],
	async prepare({ name, document, server, auth }) {
		const url = URL.parse(document);
		const from = url?.protocol.startsWith('http')
			? [{ kind: 'origin', value: url.origin } as const]
			: [{ kind: 'artifact', value: document } as const];
		const to = server === undefined ? [] : [{ kind: 'origin', value: new URL(server).origin } as const];
		const secrets = Object.entries(auth).map(([scheme, alias]) => `, ${scheme} with credential ${alias}`);
		return {
			effect: 'write',
			targets: [...from, ...to],
			preview: `Import the API ${name} from ${document}${server === undefined ? '' : `, served at ${server}`}${secrets.join('')}`,
		};
	},
	async run({ name, document, server, auth, allow, deny }, { apis }: BusinessPorts, call) {
		const {
			id,
			skipped,
			auth: schemes,
			origin: _,
			...report
		} = await apis.add({ name, document, server, auth, allow, deny }, call);
		return {
			...report,
			connection: id,
			skipped: skipped.map((entry) => ({ ...entry })),
			auth: schemes.map((scheme) => ({ ...scheme })),
		};
	},
});
