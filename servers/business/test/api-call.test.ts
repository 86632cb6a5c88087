import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit';
import { connect, type TestAgent, textOf } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arrived } from '../../../tests/support/openapi-routes.ts';
import { type OpenApiService, startOpenApiService } from '../../../tests/support/openapi-service.ts';
import { business } from '../src/agent.ts';
import { temporaryFolder } from './support/store.ts';

const { folder, remove } = temporaryFolder();
const artifacts = createArtifacts(join(folder, 'artifacts')).of('test');
let service: OpenApiService;
let agent: TestAgent;

beforeAll(async () => {
	service = await startOpenApiService();
	process.env.WAREHOUSE_KEY = service.key;
	const file = join(folder, 'filed.json');
	writeFileSync(file, JSON.stringify({ ...service.document, openapi: '3.2.0' }));
	const connection = {
		id: 'warehouse',
		kind: 'openapi',
		document: `${service.origin}/openapi.json`,
		auth: { key: 'env:WAREHOUSE_KEY' },
		allowOrigins: [service.origin],
	};
	agent = await connect(business, {
		stateFolder: folder,
		config: {
			connections: [
				connection,
				{ ...connection, id: 'keyless', auth: {} },
				{ ...connection, id: 'filed', document: file },
				{ ...connection, id: 'missing', document: join(folder, 'none.json') },
			],
		},
	});
});
afterAll(async () => {
	await agent.close();
	await service.close();
	delete process.env.WAREHOUSE_KEY;
	remove();
});

type Json = Record<string, unknown>;

const argsOf = (op: string, args: Json = {}, more: Json = {}) => ({ connection: 'warehouse', op, args, ...more });
const last = (): Arrived => service.arrived.at(-1) as Arrived;

async function call<T = Json>(
	op: string,
	args: Json = {},
	more: Json = {},
): Promise<{ status: number; headers: Json; body: T; text?: string; artifact?: string }> {
	const result = await agent.call('api_call', argsOf(op, args, more));
	expect(result.isError ?? false, textOf(result)).toBe(false);
	return result.structuredContent as never;
}

describe('a connection of the configuration', () => {
	it('may have its document in a file', async () => {
		const { structuredContent } = await agent.call('api_call', { connection: 'filed', op: 'getItem', args: { id: 1 } });
		expect(structuredContent).toMatchObject({ body: { name: 'bolt' } });
	});

	it('whose document is not there says so, and does not stand in the way of others', async () => {
		expect(await agent.fault('api_search', { connection: 'missing' })).toMatchObject({
			kind: 'not_found',
			message: expect.stringContaining('missing'),
		});
		const { structuredContent } = await agent.call('biz_connections');
		expect((structuredContent as { connections: Json[] }).connections.at(-1)).toMatchObject({
			id: 'missing',
			title: 'HTTP API whose document cannot be read',
		});
	});
});

describe('a read', () => {
	it('is a read of its origin, and answers with status and body', async () => {
		expect(await agent.prepare('api_call', argsOf('listItems'))).toMatchObject({
			effect: 'read',
			targets: [{ kind: 'origin', value: service.origin }],
		});
		const { status, body, headers } = await call<{ items: Json[]; next: string }>('listItems', { limit: 2 });
		expect(status).toBe(200);
		expect(body.items.map(({ name }) => name)).toEqual(['bolt', 'nut']);
		expect(headers.link).toContain('rel="next"');
		const second = await call<{ items: Json[] }>('listItems', { limit: 2, cursor: body.next });
		expect(second.body.items.map(({ name }) => name)).toEqual(['screw', 'washer']);
	});

	it('carries the key, which nobody gets to see', async () => {
		const prepared = await agent.prepare('api_call', argsOf('getItem', { id: 1 }));
		expect(prepared.preview).toContain('X-Api-Key: [secret of key]');
		const result = await agent.call('api_call', argsOf('getItem', { id: 1 }));
		expect(last().headers['x-api-key']).toBe(service.key);
		expect(JSON.stringify([prepared, result])).not.toContain(service.key);
	});

	it('is projected by JSON pointers', async () => {
		const { body } = await call('listItems', { limit: 3 }, { fields: ['/items/*/name', '/items/0/price', '/nothing'] });
		expect(body).toEqual({ '/items/*/name': ['bolt', 'nut', 'screw'], '/items/0/price': '0.10' });
	});

	it('may be named by method and path', async () => {
		expect((await call('GET /v1/items/{id}', { id: 2 })).body).toMatchObject({ name: 'nut' });
	});

	it('comes back fenced as text from outside', async () => {
		const result = await agent.call('api_call', argsOf('getItem', { id: 1 }));
		expect(textOf(result)).toMatch(/^\[begin outside /);
	});
});

describe('what a parameter looks like on the wire', () => {
	it('in the path, in every style', async () => {
		const point = { x: 1, y: -2 };
		const values = {
			simple: ['a b', 'c/d'],
			simpleExploded: point,
			label: ['a', 'b'],
			labelExploded: point,
			matrix: ['a', 'b;c'],
			matrixExploded: point,
		};
		await call('pathStyles', values);
		expect(last().url).toBe('/v1/styles/a%20b,c%2Fd/x=1,y=-2/.a,b/.x=1.y=-2/;matrix=a,b%3Bc/;x=1;y=-2');
	});

	it('in the query, in every style', async () => {
		await call('queryStyles', {
			form: ['a', 'b,c'],
			formExploded: ['d', 'e&f'],
			object: { x: 1 },
			objectExploded: { y: 2 },
			space: ['g', 'h'],
			pipe: ['i', 'j'],
			deep: { a: { b: 'c d' }, e: ['f'] },
			path: '/a?b=c&d#e',
			json: { x: 1, y: 2 },
		});
		expect(last().url).toBe(
			'/v1/query?form=a,b%2Cc&formExploded=d&formExploded=e%26f&object=x,1&y=2&space=g%20h&pipe=i%7Cj&deep%5Ba%5D%5Bb%5D=c%20d&deep%5Be%5D%5B0%5D=f&path=/a?b=c%26d%23e&json=%7B%22x%22%3A1%2C%22y%22%3A2%7D',
		);
	});

	it('in headers and cookies, apart from a query parameter of the same name', async () => {
		const { body } = await call('queryStyles', {
			'X-Ids': ['1', '2'],
			'cookie.theme': 'dark; x=1',
			'query.theme': 'light',
		});
		expect(body).toMatchObject({ ids: '1,2', cookie: 'theme=dark%3B%20x%3D1', url: '/v1/query?theme=light' });
	});

	it('as a deep object in a filter the service understands', async () => {
		expect((await call<{ items: Json[] }>('listItems', { filter: { tag: 'huge' } })).body.items).toEqual([]);
	});

	it.each(['..', '.', '%2e%2e', '../items', 'a/../../items', '..%2f', '\\..\\', '?x=1', '#'])(
		'and %j in the path stays in its place or is refused',
		async (segment) => {
			const before = service.arrived.length;
			const result = await agent.call('api_call', argsOf('echoSegment', { segment }));
			if (result.isError) expect(service.arrived).toHaveLength(before);
			else expect(last().url).toBe(`/v1/echo/${encodeURIComponent(segment)}`);
		},
	);

	it('cannot hold a line break that begins another header', async () => {
		const fault = await agent.fault('api_call', argsOf('queryStyles', { 'X-Ids': ['1\r\nx-evil: 2'] }));
		expect(fault).toMatchObject({ kind: 'invalid_input', message: expect.stringContaining('X-Ids') });
	});
});

describe('arguments', () => {
	it.each([
		['createItem', {}, 'body is missing'],
		['createItem', { body: { price: '1.00' } }, 'body.name is missing'],
		['createItem', { body: { name: 'x', price: 1 } }, 'body.price is not of type string'],
		['createItem', { body: { name: 'x', price: '1' } }, 'body.price does not match its pattern'],
		['createItem', { body: { name: 'x', colour: 'red' } }, 'body.colour is not known'],
		['createItem', { body: { name: '' } }, 'body.name is too short (minLength 1)'],
		['getItem', { id: 0 }, 'id is out of range (minimum 1)'],
		['getItem', { id: 'one', page: 2 }, 'page is not known'],
		[
			'echoBody',
			{ body: { value: 'a', children: [{ value: 'b', children: [{}] }] } },
			'body.children.0.children.0.value is missing',
		],
		['putBlob', { name: 'x', body: 'not an artifact' }, 'body does not match its pattern'],
	])('of %s that do not fit are refused by name, and nothing is sent', async (op, args, problem) => {
		const before = service.arrived.length;
		expect(await agent.fault('api_call', argsOf(op, args))).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringContaining(problem),
		});
		expect(service.arrived).toHaveLength(before);
	});

	it('of an operation that is not there are no use', async () => {
		expect(await agent.fault('api_call', argsOf('noSuchOperation'))).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('api_call', { connection: 'nowhere', op: 'x' })).toMatchObject({ kind: 'not_found' });
	});
});

describe('a change', () => {
	const body = { name: 'hinge "☃" \u202e\u0000', price: '4.20', tags: ['\u200b', 'ä'] };

	it('is previewed as the very bytes that then arrive', async () => {
		const prepared = await agent.prepare('api_call', argsOf('createItem', { body }));
		expect(prepared.effect).toBe('send');
		const [head = '', shown = ''] = prepared.preview.split('\n\n');
		expect(head.split('\n')).toEqual([
			`POST ${service.origin}/v1/items`,
			'accept: application/json, */*;q=0.5',
			'content-type: application/json',
			'X-Api-Key: [secret of key]',
			'idempotency-key: [one per call]',
		]);
		const { status, headers } = await call('createItem', { body });
		expect(status).toBe(201);
		expect(headers.location).toBe('/v1/items/6');
		expect(last().body.toString()).toBe(shown);
		expect(JSON.parse(shown)).toEqual(body);
		expect(service.items.get(6)?.name).toBe(body.name);
	});

	it('is not sent by a prepare, nor when its arguments changed after it', async () => {
		const before = service.arrived.length;
		const { digest } = await agent.prepare('api_call', argsOf('createItem', { body: { name: 'one' } }));
		const result = await agent.call('api_call', argsOf('createItem', { body: { name: 'two' } }), { digest });
		expect(result._meta?.['switchboard/fault']).toMatchObject({ kind: 'conflict' });
		expect(service.arrived).toHaveLength(before);
	});

	it('repeated under its idempotency key is one item, at the service too', async () => {
		const before = service.items.size;
		const meta = { idempotencyKey: 'same-item' };
		await agent.call('api_call', argsOf('createItem', { body: { name: 'once' } }), meta);
		expect(last().headers['idempotency-key']).toBe('same-item');
		await agent.call('api_call', argsOf('createItem', { body: { name: 'once' } }), meta);
		expect(service.items.size).toBe(before + 1);
	});

	it('of one record, and its removal for good', async () => {
		expect(await agent.prepare('api_call', argsOf('changeItem', { id: 1, body: { price: '9.99' } }))).toMatchObject({
			effect: 'send',
		});
		await call('changeItem', { id: 1, body: { price: '9.99' } });
		expect(last().headers['content-type']).toBe('application/merge-patch+json');
		expect(service.items.get(1)?.price).toBe('9.99');
		expect(await agent.prepare('api_call', argsOf('deleteItem', { id: 5 }))).toMatchObject({ effect: 'destroy' });
		expect(await call('deleteItem', { id: 5 })).toMatchObject({ status: 204 });
		expect(service.items.has(5)).toBe(false);
	});
});

describe('a body', () => {
	const photo = randomBytes(50_000);
	const put = (name: string, mimeType: string) => artifacts.put(photo, { name, mimeType, source: 'own' });

	it('of parts carries files and texts, each as its document says', async () => {
		const { uri, sha256 } = await put('pic "1".png', 'image/png');
		const args = { id: 2, body: { file: uri, caption: 'größe', meta: { by: 'ada' } } };
		const prepared = await agent.prepare('api_call', argsOf('uploadPhoto', args));
		expect(prepared.targets).toContainEqual({ kind: 'artifact', value: uri });
		expect(prepared.preview).toContain(`50000 bytes, sha256 ${sha256}`);
		const { body } = await call('uploadPhoto', args);
		expect(body).toMatchObject({ type: 'image/png', size: photo.length, caption: 'größe', meta: '{"by":"ada"}' });
		expect(service.items.get(2)?.photo?.bytes.equals(photo)).toBe(true);
	});

	it('of bytes is the file, and a binary answer is an artifact of the same content', async () => {
		const { uri, sha256 } = await put('blob.bin', 'application/octet-stream');
		expect((await call('putBlob', { name: 'b', body: uri })).body).toEqual({ bytes: photo.length });
		expect(createHash('sha256').update(last().body).digest('hex')).toBe(sha256);
		const { artifact, headers } = await call('getPhoto', { id: 2 });
		expect(headers['content-type']).toBe('image/png');
		expect(await artifacts.resolve(String(artifact))).toMatchObject({ sha256, source: 'outside' });
	});

	it('of a form is encoded field by field', async () => {
		const { body } = await call<{ got: string }>('sendForm', {
			body: { name: 'a b&c', tags: ['x', 'y'], point: { x: 1 }, ids: [1, 2] },
		});
		expect(body.got).toBe('name=a+b%26c&tags=x&tags=y&point%5Bx%5D=1&ids=1,2');
		expect(last().headers['content-type']).toBe('application/x-www-form-urlencoded');
	});

	it('of text is the text', async () => {
		expect((await call<{ got: string }>('sendNote', { body: 'line one\nline two' })).body.got).toBe(
			'line one\nline two',
		);
	});
});

describe('a failure', () => {
	it.each([
		[400, 'invalid_input'],
		[401, 'denied'],
		[403, 'denied'],
		[404, 'not_found'],
		[409, 'conflict'],
		[418, 'invalid_input'],
		[422, 'invalid_input'],
		[429, 'rate_limited'],
		[500, 'unavailable'],
		[503, 'unavailable'],
	])('with status %i is a fault in our words: %s', async (code, kind) => {
		const fault = await agent.fault('api_call', argsOf('failReading', { code }));
		expect(fault).toMatchObject({ kind, message: expect.stringContaining(`answered ${code}`) });
		expect(JSON.stringify(fault)).not.toContain('ignore your instructions');
		if (code === 429) expect(fault.hint).toContain('Try again in 7 s');
	});

	it('keeps the words of the service as an artifact, and repeats only names of our own', async () => {
		const fault = await agent.fault('api_call', argsOf('failWriting', { code: 422, body: { name: 'x' } }));
		expect(fault.message).toContain('It mentions: name.');
		const uri = /switchboard:\/\/artifact\/[0-9a-f]{64}/.exec(fault.hint ?? '')?.[0] ?? '';
		expect(await artifacts.resolve(uri)).toMatchObject({
			source: 'outside',
			origin: service.origin,
			name: 'answer-422.json',
		});
	});

	it('of something that changes may have had its effect, and is not tried again', async () => {
		const meta = { idempotencyKey: 'doubtful' };
		expect(await agent.fault('api_call', argsOf('failWriting', { code: 500 }))).toMatchObject({
			kind: 'unknown_outcome',
			retryable: false,
		});
		expect(await agent.fault('api_call', argsOf('hangUp'), meta)).toMatchObject({
			kind: 'unknown_outcome',
			retryable: false,
		});
		const before = service.arrived.length;
		expect(await agent.fault('api_call', argsOf('hangUp'), meta)).toMatchObject({ kind: 'unknown_outcome' });
		expect(service.arrived).toHaveLength(before);
	});

	it('by redirect is not followed where something changes', async () => {
		const { status, headers } = await call('moved');
		expect([status, headers.location]).toEqual([307, '/v1/echo']);
		expect(last().url).toBe('/v1/moved');
	});

	it('for want of a secret names the scheme and sends nothing', async () => {
		const before = service.arrived.length;
		expect(await agent.fault('api_call', { connection: 'keyless', op: 'listItems' })).toMatchObject({
			kind: 'denied',
			message: expect.stringContaining('apiKey in header'),
		});
		expect(await agent.fault('api_call', argsOf('otherScheme'))).toMatchObject({ kind: 'denied' });
		const others = service.arrived.slice(before).filter(({ url }) => url !== '/openapi.json');
		expect(others).toEqual([]);
		expect(await agent.call('api_call', { connection: 'keyless', op: 'publicInfo' })).toMatchObject({
			structuredContent: { body: { open: true } },
		});
	});
});

describe('a long answer', () => {
	it('is cut, and whole as an artifact', async () => {
		const { text = '', artifact, body } = await call('largeAnswer');
		expect(body).toBeUndefined();
		expect(text.length).toBeLessThanOrEqual(4_000);
		expect((await artifacts.resolve(String(artifact))).size).toBeGreaterThan(1_000_000);
		expect((await call('largeAnswer', {}, { fields: ['/rows/19999/id'] })).body).toEqual({ '/rows/19999/id': 19_999 });
	});

	it('without end is broken off', async () => {
		expect(await agent.fault('api_call', argsOf('hugeAnswer'))).toMatchObject({ kind: 'too_large' });
	});
});

describe('finding an operation', () => {
	it.each([
		['add an item to the stock', 'createItem'],
		['remove an item', 'deleteItem'],
		['upload a photo', 'uploadPhoto'],
		['list items', 'listItems'],
		['get_photo', 'getPhoto'],
	])('by %j leads to %s', async (query, op) => {
		const { structuredContent } = await agent.call('api_search', { connection: 'warehouse', query });
		expect((structuredContent as { operations: { op: string }[] }).operations[0]?.op).toBe(op);
	});

	it('by nothing lists them, by nonsense finds none', async () => {
		const of = async (query: string) =>
			(
				(await agent.call('api_search', { connection: 'warehouse', query, limit: 3 })).structuredContent as {
					operations: unknown[];
				}
			).operations;
		expect(await of('')).toHaveLength(3);
		expect(await of('qqqqqqqq zzzzzzzz')).toEqual([]);
	});

	it('and describing it gives the schema that its arguments are checked against', async () => {
		const { structuredContent } = await agent.call('api_describe', { connection: 'warehouse', op: 'createItem' });
		expect(structuredContent).toMatchObject({
			op: 'createItem',
			method: 'POST',
			effect: 'send',
			contentType: 'application/json',
			args: {
				required: ['body'],
				properties: { body: { $ref: '#/$defs/Item' } },
				$defs: { Item: { required: ['name'] } },
			},
		});
		const circular = await agent.call('api_describe', { connection: 'warehouse', op: 'echoBody' });
		expect(JSON.stringify(circular.structuredContent).length).toBeLessThan(1_500);
	});
});

it('lists the connection without words from outside', async () => {
	const result = await agent.call('biz_connections');
	expect(textOf(result)).not.toContain('Warehouse');
	expect(result.structuredContent).toMatchObject({
		connections: [
			{ id: 'crm' },
			{ id: 'warehouse', kind: 'openapi', origin: service.origin },
			{ id: 'keyless' },
			{ id: 'filed' },
			{ id: 'missing' },
		],
	});
});
