import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestHome, type TestHome } from './support/programs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home: TestHome;
beforeAll(async () => {
	home = createTestHome();
	await home.run('agents');
});
afterAll(() => home.end());

interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

interface Sent {
	readonly method?: string;
	readonly headers?: Record<string, string | string[]>;
	readonly body?: string;
}

/** By hand, since `fetch` forbids the very headers that matter here. */
function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
	return new Promise((done, fail) => {
		const request = httpRequest(new URL(path, home.url()), { method, headers }, (response) => {
			let text = '';
			response.on('data', (chunk) => {
				text += chunk;
				// A stream has no end to wait for.
				if (response.headers['content-type'] === 'text/event-stream') request.destroy();
			});
			response.once('close', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
		});
		request.once('error', (error) => (request.destroyed ? undefined : fail(error)));
		request.end(body);
	});
}

function authorized(more: Record<string, string | string[]> = {}): Record<string, string | string[]> {
	return {
		authorization: `Bearer ${home.token()}`,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
		...more,
	};
}

const initialize = JSON.stringify({
	jsonrpc: '2.0',
	id: 1,
	method: 'initialize',
	params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});
const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });

async function begin(): Promise<string> {
	const { headers } = await send('/mcp', { method: 'POST', headers: authorized(), body: initialize });
	return String(headers['mcp-session-id']);
}

const routes = ['/mcp', '/sse', '/messages?sessionId=x', '/healthz', '/', '/nothing'];

describe('every route', () => {
	it.each(routes)('%s refuses a name that was rebound to this machine, and a page from elsewhere', async (route) => {
		const { host } = new URL(home.url());
		for (const bad of [
			'example.com',
			`example.com:${new URL(home.url()).port}`,
			`${host}.example.com`,
			'localhost.example.com',
			'0.0.0.0',
		]) {
			expect([bad, (await send(route, { headers: authorized({ host: bad }) })).status]).toEqual([bad, 403]);
		}
		for (const bad of [
			'https://example.com',
			'null',
			'file://',
			'http://localhost.example.com',
			'http://localhost@example.com',
		]) {
			expect([bad, (await send(route, { headers: authorized({ origin: bad }) })).status]).toEqual([bad, 403]);
		}
		expect(
			(await send(route, { headers: authorized({ origin: ['http://localhost', 'https://example.com'] }) })).status,
		).toBe(403);
	});

	it.each(routes.filter((route) => route !== '/healthz'))(
		'%s wants the token, all of it, in the header',
		async (route) => {
			const token = home.token();
			for (const bad of [
				'',
				'Bearer ',
				`Bearer ${token.slice(1)}`,
				`Bearer ${token}x`,
				`bearer ${token}`,
				token,
				`Basic ${token}`,
			]) {
				const { status, headers } = await send(route, { headers: { authorization: bad } });
				expect([bad, status, headers['www-authenticate']]).toEqual([bad, 401, 'Bearer']);
			}
			expect((await send(`${route}${route.includes('?') ? '&' : '?'}access_token=${token}`)).status).toBe(401);
		},
	);

	it('is unknown where there is none, also to who may come in', async () => {
		expect((await send('/nothing', { headers: authorized() })).status).toBe(404);
		expect((await send('/mcp/', { headers: authorized() })).status).toBe(404);
	});

	it('says to anyone on this machine no more than that it lives', async () => {
		expect(await send('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
	});
});

describe('a session over Streamable HTTP', () => {
	it('is opened by initialize, served by its id, and unknown once deleted', async () => {
		const session = await begin();
		const headers = authorized({ 'mcp-session-id': session });
		expect((await send('/mcp', { method: 'POST', headers, body: ping })).body).toContain('"result":{}');
		expect((await send('/mcp', { method: 'DELETE', headers })).status).toBe(200);
		expect((await send('/mcp', { method: 'POST', headers, body: ping })).status).toBe(404);
	});

	it('is needed for anything but initialize, and no other is taken for it', async () => {
		await begin();
		expect((await send('/mcp', { method: 'POST', headers: authorized(), body: ping })).status).toBe(400);
		expect((await send('/mcp', { method: 'GET', headers: authorized() })).status).toBe(400);
		expect(
			(await send('/mcp', { method: 'POST', headers: authorized({ 'mcp-session-id': 'made-up' }), body: ping })).status,
		).toBe(404);
	});

	it('refuses what is too large, no JSON, or no request', async () => {
		const post = (body: string) => send('/mcp', { method: 'POST', headers: authorized(), body });
		expect((await post('{"a":')).body).toContain('-32700');
		expect((await post('[]')).status).toBe(400);
		expect((await post(JSON.stringify({ pad: 'x'.repeat(17 * 1024 * 1024) }))).status).toBe(413);
		expect((await send('/healthz')).status).toBe(200);
	});

	it('answers fifty hosts whose ids are all the same each their own', async () => {
		const sessions = await Promise.all(Array.from({ length: 50 }, begin));
		const answers = await Promise.all(
			sessions.map((session, index) =>
				send('/mcp', {
					method: 'POST',
					headers: authorized({ 'mcp-session-id': session }),
					body: JSON.stringify({
						jsonrpc: '2.0',
						id: 7,
						method: 'tools/call',
						params: { name: 'test_echo', arguments: { text: `payload-${index}-` } },
					}),
				}),
			),
		);
		for (const [index, { body }] of answers.entries()) {
			expect(body).toContain('"id":7');
			expect(body).toContain(`payload-${index}-`);
		}
	});
});

describe('the stream before Streamable HTTP', () => {
	it('begins with where to send messages, and takes none for a stream that is not', async () => {
		const stream = await send('/sse', { headers: authorized() });
		expect(stream.body).toMatch(/^event: endpoint\ndata: \/messages\?sessionId=[\w-]+\n/);
		expect(
			(await send('/messages?sessionId=made-up', { method: 'POST', headers: authorized(), body: ping })).status,
		).toBe(404);
		expect((await send('/sse', { method: 'POST', headers: authorized(), body: ping })).status).toBe(405);
	});
});
