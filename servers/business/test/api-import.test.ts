import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit';
import { connect, processorMs, type TestAgent, textOf } from '@switchboard/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApiService, startOpenApiService } from '../../../tests/support/openapi-service.ts';
import { business } from '../src/agent.ts';
import { temporaryFolder } from './support/store.ts';

const { folder, remove } = temporaryFolder();
const artifacts = createArtifacts(join(folder, 'artifacts')).of('test');
let service: OpenApiService;
let files: Server;
let shelf: string;
const served = new Map<string, string>();
let agent: TestAgent;
let count = 0;

const open = () =>
	connect(business, {
		stateFolder: folder,
		config: {
			credentials: {
				stock: { secret: 'env:STOCK_KEY', origins: [service.origin] },
				elsewhere: { secret: 'env:STOCK_KEY', origins: ['https://api.example.com'] },
			},
			allowOrigins: [service.origin, shelf],
		},
	});

beforeAll(async () => {
	service = await startOpenApiService();
	process.env.STOCK_KEY = service.key;
	files = createServer((request, response) => {
		const text = served.get(request.url ?? '');
		response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text ?? '');
	});
	await new Promise<void>((listening) => files.listen(0, '127.0.0.1', listening));
	shelf = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
	agent = await open();
});
afterAll(async () => {
	await agent.close();
	await service.close();
	files.closeAllConnections();
	files.close();
	delete process.env.STOCK_KEY;
	remove();
});
afterEach(() => served.clear());

type Json = Record<string, unknown>;

const minimal = (more: Json = {}): Json => ({
	openapi: '3.1.0',
	info: { title: 'T', version: '1' },
	servers: [{ url: service.origin }],
	paths: { '/public': { get: { operationId: 'open', responses: {} } } },
	...more,
});

async function artifactOf(content: string | Json, name = 'api.json'): Promise<string> {
	const text = typeof content === 'string' ? content : JSON.stringify(content);
	return (await artifacts.put(text, { name, mimeType: 'application/json', source: 'own' })).uri;
}

async function imported(document: string, more: Json = {}): Promise<Json & { connection: string; changeId: string }> {
	count += 1;
	const result = await agent.call('api_import', { name: `api-${count}`, document, ...more });
	expect(result.isError ?? false, textOf(result)).toBe(false);
	return result.structuredContent as never;
}

const refused = async (document: string | Json, more: Json = {}) => {
	count += 1;
	const uri = typeof document === 'string' ? document : await artifactOf(document);
	return agent.fault('api_import', { name: `api-${count}`, document: uri, ...more });
};

describe('an import', () => {
	it('by URL reports what can be called and with which secret', async () => {
		const prepared = await agent.prepare('api_import', {
			name: 'stock',
			document: `${service.origin}/openapi.json`,
			auth: { key: 'stock' },
		});
		expect(prepared).toMatchObject({ effect: 'write', targets: [{ kind: 'origin', value: service.origin }] });
		const report = await imported(`${service.origin}/openapi.json`, { name: 'stock', auth: { key: 'stock' } });
		expect(report).toMatchObject({
			connection: 'stock',
			status: 'imported',
			operations: 22,
			skipped: [],
			auth: [{ scheme: 'key', type: 'apiKey in header', ready: true }],
		});
		const { structuredContent } = await agent.call('api_call', { connection: 'stock', op: 'getItem', args: { id: 1 } });
		expect(structuredContent).toMatchObject({ body: { name: 'bolt' } });
	});

	it('stays over a restart, and again is the same import', async () => {
		await agent.close();
		agent = await open();
		const { structuredContent } = await agent.call('api_call', { connection: 'stock', op: 'getItem', args: { id: 2 } });
		expect(structuredContent).toMatchObject({ body: { name: 'nut' } });
		const again = await imported(`${service.origin}/openapi.json`, { name: 'stock', auth: { key: 'stock' } });
		expect(again).toMatchObject({ status: 'exists', connection: 'stock' });
		expect(await agent.fault('api_import', { name: 'stock', document: await artifactOf(minimal()) })).toMatchObject({
			kind: 'conflict',
		});
		expect(await agent.fault('api_import', { name: 'crm', document: await artifactOf(minimal()) })).toMatchObject({
			kind: 'conflict',
		});
	});

	it('can be taken back', async () => {
		const { connection, changeId } = await imported(await artifactOf(minimal()));
		expect((await agent.prepare('biz_undo', { changeId })).preview).toContain(`Remove the imported API ${connection}`);
		expect(await agent.call('biz_undo', { changeId })).toMatchObject({ structuredContent: { status: 'applied' } });
		expect(await agent.fault('api_search', { connection, query: 'open' })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('biz_undo', { changeId })).toMatchObject({ kind: 'not_found' });
	});

	it('offers only what is allowed', async () => {
		const { connection, operations } = await imported(`${service.origin}/openapi.json`, {
			allow: ['GET /v1/items*', 'createItem'],
			deny: ['*photo'],
		});
		expect(operations).toBe(3);
		expect(await agent.fault('api_call', { connection, op: 'deleteItem', args: { id: 1 } })).toMatchObject({
			kind: 'not_found',
		});
	});
});

describe('a document', () => {
	it('in YAML, dates and aliases included', async () => {
		const yaml = [
			'openapi: 3.0.3',
			'info: {title: Y, version: 2026-01-01}',
			`servers: [{url: "${service.origin}"}]`,
			'paths:',
			'  /public:',
			'    get: &op',
			'      operationId: readPublic',
			'      responses: {}',
			'  /other:',
			'    get: *op',
		].join('\n');
		const { connection } = await imported(await artifactOf(yaml, 'api.yaml'));
		const { structuredContent } = await agent.call('api_call', { connection, op: 'GET /public' });
		expect(structuredContent).toMatchObject({ body: { open: true } });
	});

	it('of Swagger 2.0 is understood as what it became', async () => {
		const { host } = new URL(service.origin);
		const swagger = {
			swagger: '2.0',
			info: { title: 'S', version: '1' },
			host,
			basePath: '/v1',
			schemes: ['http'],
			securityDefinitions: { k: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
			security: [{ k: [] }],
			paths: {
				'/items': {
					get: {
						operationId: 'items',
						parameters: [{ in: 'query', name: 'limit', type: 'integer', maximum: 10, exclusiveMaximum: true }],
						responses: {},
					},
					post: {
						operationId: 'add',
						consumes: ['application/json'],
						parameters: [{ in: 'body', name: 'item', required: true, schema: { $ref: '#/definitions/Item' } }],
						responses: {},
					},
				},
			},
			definitions: { Item: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
		};
		const { connection } = await imported(await artifactOf(swagger), { auth: { k: 'stock' } });
		const args = (limit: number) => ({ connection, op: 'items', args: { limit } });
		expect(await agent.call('api_call', args(1))).toMatchObject({ structuredContent: { status: 200 } });
		expect(await agent.fault('api_call', args(10))).toMatchObject({
			message: expect.stringContaining('exclusiveMaximum 10'),
		});
		expect(await agent.fault('api_call', { connection, op: 'add', args: { body: {} } })).toMatchObject({
			message: expect.stringContaining('body.name is missing'),
		});
	});

	it('in several files is put together over the same guarded fetch', async () => {
		served.set(
			'/api.json',
			JSON.stringify(
				minimal({
					paths: {
						'/v1/echo': {
							post: {
								operationId: 'echo',
								requestBody: { content: { 'application/json': { schema: { $ref: 'parts/tree.json#/Tree' } } } },
								responses: {},
							},
						},
					},
				}),
			),
		);
		served.set(
			'/parts/tree.json',
			JSON.stringify({
				Tree: {
					type: 'object',
					required: ['value'],
					properties: { value: { type: 'string' }, next: { $ref: '#/Tree' } },
				},
			}),
		);
		const { connection } = await imported(`${shelf}/api.json`);
		const fault = await agent.fault('api_call', { connection, op: 'echo', args: { body: { value: 'a', next: {} } } });
		expect(fault.message).toContain('body.next.value is missing');
	});

	it('may not reach into private addresses or files by its references', async () => {
		for (const ref of [
			'http://169.254.169.254/latest#/x',
			'http://127.0.0.1:9/x#/y',
			'file:///etc/passwd',
			'/etc/passwd#/x',
			'../../../../etc/hostname',
		]) {
			served.set('/api.json', JSON.stringify(minimal({ components: { schemas: { Evil: { $ref: ref } } } })));
			const fault = await refused(`${shelf}/api.json`);
			expect(['denied', 'invalid_input', 'not_found', 'unavailable'], `${ref}: ${fault.message}`).toContain(fault.kind);
			expect(JSON.stringify(fault)).not.toContain('root:');
		}
		expect(await refused(minimal({ components: { schemas: { Far: { $ref: 'other.json#/x' } } } }))).toMatchObject({
			kind: 'unsupported',
		});
	});

	it('that goes round in circles costs no more than one that does not', async () => {
		const schemas: Json = {
			A: { allOf: [{ $ref: '#/components/schemas/B' }] },
			B: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
			Self: { $ref: '#/components/schemas/Self' },
		};
		const post = (name: string) => ({
			operationId: name,
			requestBody: { $ref: '#/components/requestBodies/R' },
			responses: {},
		});
		const circular = minimal({
			paths: { '/public': { post: post('round') }, '/loop': { $ref: '#/paths/~1loop' } },
			components: {
				schemas,
				requestBodies: {
					R: {
						content: {
							'application/json': {
								schema: {
									type: 'object',
									properties: { a: { $ref: '#/components/schemas/A' }, s: { $ref: '#/components/schemas/Self' } },
								},
							},
						},
					},
				},
			},
		});
		const { connection } = await imported(await artifactOf(circular));
		const { structuredContent } = await agent.call('api_describe', { connection, op: 'round' });
		expect(JSON.stringify(structuredContent).length).toBeLessThan(2_000);
	});

	it('of thousands of operations with wide schemas is imported, searched and described within bounds', async () => {
		const wide = (name: string) => ({
			type: 'object',
			properties: Object.fromEntries(
				Array.from({ length: 60 }, (_, index) => [
					`${name}_${index}`,
					{ $ref: `#/components/schemas/S${index * 5}`, description: 'd'.repeat(200) },
				]),
			),
		});
		const schemas = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`S${index}`, wide(`s${index}`)]));
		const body = { content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } } };
		const paths = Object.fromEntries(
			Array.from({ length: 5_000 }, (_, index) => [
				`/things/${index}`,
				{
					post: {
						operationId: `make${index}`,
						summary: `Make thing number ${index}`,
						requestBody: body,
						responses: {},
					},
				},
			]),
		);
		const started = processorMs();
		const { connection, operations } = await imported(await artifactOf(minimal({ paths, components: { schemas } })));
		expect(operations).toBe(5_000);
		const hits = await agent.call('api_search', { connection, query: 'thing number 4711' });
		expect(hits.structuredContent).toMatchObject({ operations: [{ op: 'make4711' }, {}, {}, {}, {}, {}, {}, {}] });
		const described = await agent.call('api_describe', { connection, op: 'make4711' });
		expect(JSON.stringify(described.structuredContent).length).toBeLessThan(60_000);
		expect(await agent.fault('api_call', { connection, op: 'make4711', args: { body: { s0_0: 1 } } })).toMatchObject({
			message: expect.stringContaining('body.s0_0 is not of type object'),
		});
		expect(processorMs() - started).toBeLessThan(15_000);
	});

	it('with schemas that would not compile loses only what is wrong in them', async () => {
		const schema = {
			type: 'object',
			required: 'name',
			properties: {
				name: {
					type: 'string',
					pattern: '(',
					minLength: '3',
					enum: [],
					format: 'no-such-format',
					$id: 'urn:x',
					$schema: 'nonsense',
				},
				n: { type: 'number', minimum: 1 },
			},
		};
		const { connection } = await imported(
			await artifactOf(
				minimal({
					paths: {
						'/v1/echo': {
							post: {
								operationId: 'echo',
								requestBody: { content: { 'application/json': { schema } } },
								responses: {},
							},
						},
					},
				}),
			),
			{ auth: {} },
		);
		expect(await agent.fault('api_call', { connection, op: 'echo', args: { body: { n: 0 } } })).toMatchObject({
			message: expect.stringContaining('body.n is out of range'),
		});
		expect(await agent.prepare('api_call', { connection, op: 'echo', args: { body: { name: 'x' } } })).toMatchObject({
			effect: 'send',
		});
	});

	it('with a pattern that never ends is broken off', async () => {
		const schema = { type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
		const { connection } = await imported(
			await artifactOf(
				minimal({
					paths: {
						'/v1/echo': {
							post: {
								operationId: 'slow',
								requestBody: { content: { 'application/json': { schema } } },
								responses: {},
							},
						},
					},
				}),
			),
		);
		const started = processorMs();
		const fault = await agent.fault('api_call', {
			connection,
			op: 'slow',
			args: { body: { name: `${'a'.repeat(40)}!` } },
		});
		expect(fault).toMatchObject({ kind: 'unsupported' });
		expect(processorMs() - started).toBeLessThan(5_000);
	});

	it.each([
		['that is nothing', '', 'invalid_input'],
		['that is no object', '[]', 'invalid_input'],
		['that is text', 'hello there', 'invalid_input'],
		['that is broken JSON', '{"openapi": "3.1.0"', 'invalid_input'],
		['of another kind', '{"asyncapi": "2.0.0"}', 'unsupported'],
		['of version 4', '{"openapi": "4.0.0"}', 'unsupported'],
		['without a server, from a file', '{"openapi": "3.1.0", "paths": {}}', 'invalid_input'],
		[
			'with credentials in its server',
			'{"openapi": "3.1.0", "servers": [{"url": "https://u:p@api.example.com"}]}',
			'invalid_input',
		],
		['with a server that is no HTTP', '{"openapi": "3.1.0", "servers": [{"url": "file:///etc"}]}', 'invalid_input'],
		[
			'full of aliases',
			`a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, index) => `a${index}: &a${index} [${Array.from({ length: 9 }, () => `*a${index === 0 ? '' : index - 1}`).join(',')}]`).join('\n')}\nopenapi: 3.1.0`,
			'too_large',
		],
	])('%s is refused for what it is', async (_, text, kind) => {
		expect(await refused(await artifactOf(text, 'x.txt'))).toMatchObject({ kind });
	});

	it('says which operations it skipped, and why', async () => {
		const report = await imported(
			await artifactOf(
				minimal({
					paths: {
						'/a/{id}': { get: { responses: {} } },
						'/b': { get: { requestBody: {}, responses: {} }, trace: {}, post: { responses: {} } },
					},
				}),
			),
		);
		expect(report).toMatchObject({
			operations: 1,
			skippedCount: 3,
			skipped: expect.arrayContaining([{ op: 'GET /a/{id}', reason: 'a parameter in its path is not declared' }]),
		});
	});
});

describe('an address on this machine or network', () => {
	it.each([
		'http://127.0.0.1:8443',
		'http://localhost:8443',
		'http://[::1]:8443',
		'http://10.0.0.1',
		'http://192.168.1.1/v1',
		'http://169.254.169.254',
		'http://0x7f.1',
		'http://2130706433',
		'http://[::ffff:127.0.0.1]',
	])('%s is refused as a server unless the owner allowed it', async (url) => {
		expect(await refused(minimal({ servers: [{ url }] }))).toMatchObject({ kind: 'denied' });
		expect(await refused(minimal(), { server: url })).toMatchObject({ kind: 'denied' });
		expect(await refused(`${url}/openapi.json`)).toMatchObject({ kind: 'denied' });
	});

	it('is reached where the Session may, and only there', async () => {
		const lonely = createServer(
			(_request, response) =>
				void response.writeHead(200, { 'content-type': 'application/json' }).end('{"here": true}'),
		);
		await new Promise<void>((listening) => lonely.listen(0, '127.0.0.1', listening));
		const origin = `http://127.0.0.1:${(lonely.address() as AddressInfo).port}`;
		const document = await artifactOf(minimal({ servers: [{ url: origin }] }));
		const meta = { origins: [origin] };
		expect(await agent.fault('api_import', { name: 'lonely', document })).toMatchObject({ kind: 'denied' });
		expect(await agent.call('api_import', { name: 'lonely', document }, meta)).toMatchObject({
			structuredContent: { status: 'imported' },
		});
		expect(await agent.fault('api_call', { connection: 'lonely', op: 'open' })).toMatchObject({ kind: 'denied' });
		expect(await agent.call('api_call', { connection: 'lonely', op: 'open' }, meta)).toMatchObject({
			structuredContent: { body: { here: true } },
		});
		lonely.closeAllConnections();
		lonely.close();
	});

	it('is refused as the server of one operation among others', async () => {
		const paths = {
			'/public': { get: { operationId: 'astray', servers: [{ url: 'http://127.0.0.1:1' }], responses: {} } },
		};
		const { connection } = await imported(await artifactOf(minimal({ paths })));
		expect(await agent.fault('api_call', { connection, op: 'astray' })).toMatchObject({ kind: 'denied' });
	});
});

describe('a secret', () => {
	it('goes only to the origins its owner named, whatever a document says', async () => {
		expect(await refused(`${service.origin}/openapi.json`, { auth: { key: 'elsewhere' } })).toMatchObject({
			kind: 'denied',
		});
		expect(await refused(`${service.origin}/openapi.json`, { auth: { key: 'nobody' } })).toMatchObject({
			kind: 'not_found',
		});
		expect(await refused(`${service.origin}/openapi.json`, { auth: { nothing: 'stock' } })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(
			await refused(`${service.origin}/openapi.json`, { auth: { key: 'stock' }, server: 'https://api.example.net' }),
		).toMatchObject({ kind: 'denied' });
	});
});
