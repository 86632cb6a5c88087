import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFilterProxy, type FilterProxy } from '../src/adapters/filter-proxy.ts';
import type { ReachRules } from '../src/adapters/reach.ts';
import { originRule } from '../src/origins.ts';
import { type Site, serve } from './support/site.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
	for (const one of open.splice(0)) await one.close();
});

async function proxyWith(
	rules: Partial<ReachRules> & { readonly origins?: readonly string[] } = {},
): Promise<FilterProxy> {
	const allowed = (rules.origins ?? []).map(originRule).filter((rule) => rule !== undefined);
	const proxy = await createFilterProxy({
		allowed: () => allowed,
		allowPrivate: false,
		resolve: async () => [],
		...rules,
	});
	open.push(proxy);
	return proxy;
}

async function site(): Promise<Site> {
	const served = await serve({
		'/echo': (incoming, outgoing) => {
			const parts: Buffer[] = [];
			incoming
				.on('data', (part: Buffer) => parts.push(part))
				.on('end', () => {
					outgoing
						.writeHead(201, { 'x-kept': 'yes' })
						.end(
							`${incoming.method} ${incoming.headers.host} ${incoming.headers['proxy-connection']} ${Buffer.concat(parts)}`,
						);
				});
		},
	});
	open.push(served);
	return served;
}

/** What the proxy answers to a plain request. */
async function get(
	proxy: FilterProxy,
	url: string,
	body?: string,
): Promise<{ status: number | undefined; text: string; headers: object }> {
	const { hostname, port } = new URL(proxy.server);
	const asked = request({
		host: hostname,
		port,
		path: url,
		method: body === undefined ? 'GET' : 'POST',
		headers: { host: new URL(url).host, 'proxy-connection': 'keep-alive' },
	});
	asked.end(body);
	const [answer] = await once(asked, 'response');
	let text = '';
	for await (const part of answer) text += part;
	return { status: answer.statusCode, text, headers: answer.headers };
}

/** The first words of the proxy to a tunnel, then those from behind it. */
async function tunnelTo(proxy: FilterProxy, target: string, say = ''): Promise<string> {
	const { hostname, port } = new URL(proxy.server);
	const socket = connect({ host: hostname, port: Number(port) });
	socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
	let text = '';
	socket.setEncoding('utf8').on('data', (part: string) => {
		if (text === '') socket.write(say);
		text += part;
		if (text.includes('echo')) socket.end();
	});
	socket.on('error', () => {});
	await once(socket, 'close');
	return text;
}

async function echoServer(): Promise<number> {
	const server: Server = createServer((socket) => {
		socket.on('error', () => {});
		socket.on('data', (data) => socket.write(`echo ${data}`));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	open.push({ close: () => new Promise((done) => server.close(done)) });
	return (server.address() as { port: number }).port;
}

describe('the filtering proxy', () => {
	it('passes on what is allowed, body and headers, and nothing meant for itself', async () => {
		const { origin, port } = await site();
		const answer = await get(await proxyWith({ origins: [origin] }), `${origin}/echo`, 'hello');
		expect(answer).toMatchObject({
			status: 201,
			text: `POST 127.0.0.1:${port} undefined hello`,
			headers: { 'x-kept': 'yes' },
		});
	});

	it('tunnels to what is allowed', async () => {
		const port = await echoServer();
		const text = await tunnelTo(await proxyWith({ origins: [`https://127.0.0.1:${port}`] }), `127.0.0.1:${port}`, 'hi');
		expect(text).toBe('HTTP/1.1 200 Connection Established\r\n\r\necho hi');
	});

	it('refuses both to what is not, and remembers it once an origin', async () => {
		const { origin, port, hits } = await site();
		const proxy = await proxyWith();
		expect(await get(proxy, `${origin}/echo`)).toMatchObject({
			status: 403,
			text: 'This address may not or cannot be reached from here.',
		});
		expect(await get(proxy, `${origin}/other`)).toMatchObject({ status: 403 });
		expect(await tunnelTo(proxy, `127.0.0.1:${port}`)).toBe('HTTP/1.1 403 Forbidden\r\n\r\n');
		expect(hits).toEqual([]);
		expect(proxy.incidents.take()).toEqual([
			{ kind: 'refused', origin, why: 'is on this machine' },
			{ kind: 'refused', origin: `https://127.0.0.1:${port}`, why: 'is on this machine' },
		]);
		expect(proxy.incidents.take()).toEqual([]);
	});

	it('asks a name’s address once for a connection, so that it cannot come to mean another in between', async () => {
		const { port, hits } = await site();
		const origins = [`http://listed.example.test:${port}`];
		let asked = 0;
		// Whoever asks a second time is led elsewhere.
		const resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }];
		expect(await get(await proxyWith({ origins, resolve }), `http://listed.example.test:${port}/echo`)).toMatchObject({
			status: 201,
		});
		expect([asked, hits]).toEqual([1, ['GET /echo']]);
	});

	it('checks a name anew at every request, and so notices when it comes to mean this machine', async () => {
		const { port, hits } = await site();
		const proxy = await proxyWith({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
		expect(await get(proxy, `http://rebind.example.test:${port}/echo`)).toMatchObject({ status: 403 });
		expect(hits).toEqual([]);
	});

	it('refuses a name with one address too many', async () => {
		const { port, hits } = await site();
		const proxy = await proxyWith({
			resolve: async () => [
				{ address: '93.184.215.14', family: 4 },
				{ address: '127.0.0.1', family: 4 },
			],
		});
		expect(await get(proxy, `http://both.example.test:${port}/echo`)).toMatchObject({ status: 403 });
		expect(await tunnelTo(proxy, `both.example.test:${port}`)).toContain('403');
		expect(hits).toEqual([]);
	});

	it('lets a listed name lead where its owner has it lead, and tries its addresses in turn', async () => {
		const { port } = await site();
		const proxy = await proxyWith({
			origins: [`http://intranet.example.test:${port}`],
			resolve: async () => [
				{ address: '::1', family: 6 },
				{ address: '127.0.0.1', family: 4 },
			],
		});
		expect(await get(proxy, `http://intranet.example.test:${port}/echo`)).toMatchObject({ status: 201 });
	});

	it('opens private networks as a whole when told to, but not where clouds keep keys', async () => {
		const { origin } = await site();
		const proxy = await proxyWith({ allowPrivate: true });
		expect(await get(proxy, `${origin}/echo`)).toMatchObject({ status: 201 });
		expect(await get(proxy, 'http://169.254.169.254/latest/')).toMatchObject({ status: 403 });
		expect(await get(proxy, 'http://224.0.0.1/')).toMatchObject({ status: 403 });
	});

	it('says what does not resolve and what does not answer', async () => {
		const { origin, close } = await site();
		await close();
		open.pop();
		const proxy = await proxyWith({ origins: [origin] });
		expect(await get(proxy, 'http://nowhere.example.test/')).toMatchObject({ status: 403 });
		expect(await get(proxy, `${origin}/`)).toMatchObject({ status: 502 });
		expect(proxy.incidents.take()).toEqual([
			{ kind: 'unreachable', origin: 'http://nowhere.example.test', why: 'has a name that does not resolve' },
			{ kind: 'unreachable', origin, why: 'does not answer' },
		]);
	});

	it.each([['/just/a/path'], ['ftp://example.com/'], ['https://example.com/']])(
		'is no server of its own: %s',
		async (path) => {
			const { hostname, port } = new URL((await proxyWith()).server);
			const asked = request({ host: hostname, port, path });
			asked.end();
			const [answer] = await once(asked, 'response');
			answer.resume();
			expect(answer.statusCode).toBe(400);
		},
	);

	it('closes with tunnels open', async () => {
		const port = await echoServer();
		const proxy = await proxyWith({ origins: [`http://127.0.0.1:${port}`] });
		const { hostname, port: near } = new URL(proxy.server);
		const socket = connect({ host: hostname, port: Number(near) });
		socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
		await once(socket, 'data');
		await Promise.all([proxy.close(), once(socket, 'close')]);
		open.splice(open.indexOf(proxy), 1);
	});
});
