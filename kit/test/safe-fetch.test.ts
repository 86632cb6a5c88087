import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createLookup, nonPublicRange } from '@switchboard/kit/addresses';
import { createSafeFetch, type SafeFetchOptions } from '@switchboard/kit/safe-fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

interface Seen {
	readonly url: string | undefined;
	readonly method: string | undefined;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
}

let server: Server;
let second: Server;
let here: string;
let there: string;
let seen: Seen[];

/** `/to/<status>/<address>` redirects; the others do what their names say. */
async function serve(request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> {
	let body = '';
	for await (const chunk of request) body += chunk;
	const { url = '', method, headers } = request;
	seen.push({ url, method, headers, body });
	const [, status, location] = /^\/to\/(\d+)\/(.*)$/.exec(url) ?? [];
	if (location !== undefined)
		return void response.writeHead(Number(status), { location: decodeURIComponent(location) }).end('moved');
	if (url === '/loop') return void response.writeHead(302, { location: '/loop' }).end();
	if (url === '/hang') return;
	if (url === '/drip') return void response.write('x');
	if (url === '/cut')
		return void response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy());
	if (url === '/bomb')
		return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
	if (url === '/endless') {
		const more = (): void => {
			while (!response.destroyed && response.write('x'.repeat(64_000)));
			if (!response.destroyed) response.once('drain', more);
		};
		return more();
	}
	if (url === '/sized') return void response.writeHead(200, { 'content-length': '5' }).end('hello');
	if (url === '/empty') return void response.writeHead(204).end();
	response.writeHead(url === '/missing' ? 404 : 200, { 'x-here': 'yes' }).end('hello');
}

const listen = async (http: Server): Promise<string> => {
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
};

beforeAll(async () => {
	server = createServer(serve);
	second = createServer(serve);
	[here, there] = await Promise.all([listen(server), listen(second)]);
});
beforeEach(() => {
	seen = [];
});
afterAll(() => {
	for (const http of [server, second]) {
		http.closeAllConnections();
		http.close();
	}
});

const to = (address: string, status = 302): string => `${here}/to/${status}/${encodeURIComponent(address)}`;
const open = (more: SafeFetchOptions = {}) => createSafeFetch({ allowOrigins: [here], ...more });
const faultOf = async (promise: Promise<unknown>) =>
	promise.then(
		() => undefined,
		(error: unknown) => error,
	);

describe('an address', () => {
	it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
		expect(nonPublicRange(address)).toBeUndefined();
	});

	it.each([
		'127.0.0.1',
		'127.9.9.9',
		'0.0.0.0',
		'10.0.0.1',
		'172.16.0.1',
		'192.168.1.1',
		'169.254.169.254',
		'100.64.0.1',
		'198.18.0.1',
		'192.0.2.1',
		'203.0.113.1',
		'224.0.0.1',
		'240.0.0.1',
		'255.255.255.255',
		'::',
		'::1',
		'fe80::1',
		'fc00::1',
		'fec0::1',
		'ff02::1',
		'::ffff:127.0.0.1',
		'::ffff:7f00:1',
		'::127.0.0.1',
		'64:ff9b::7f00:1',
		'2002:7f00:1::',
		'2001:db8::1',
		'4000::1',
		'no address',
	])('%s is not', (address) => {
		expect(nonPublicRange(address)).toEqual(expect.any(String));
	});
});

describe('a fetch', () => {
	it('answers as fetch does', async () => {
		const response = await open()(`${here}/missing`);
		expect([response.status, response.ok, response.headers.get('x-here'), response.url]).toEqual([
			404,
			false,
			'yes',
			`${here}/missing`,
		]);
		expect(await response.text()).toBe('hello');
		expect((await open()(`${here}/empty`)).status).toBe(204);
	});

	it('refuses what is not on the public internet, and says which setting would change it', async () => {
		const fault = await faultOf(createSafeFetch({ setting: 'browser.origins' })(`${here}/`));
		expect(fault).toMatchObject({
			kind: 'denied',
			message: expect.stringContaining(here),
			hint: expect.stringContaining('browser.origins'),
		});
		expect(fault).toMatchObject({ message: expect.stringContaining('loopback') });
		expect(seen).toEqual([]);
	});

	it('reaches the private origins of its Call, for that Call', async () => {
		const fetch = createSafeFetch();
		expect(await (await fetch(`${here}/`, {}, [here])).text()).toBe('hello');
		expect(await faultOf(fetch(`${here}/`))).toMatchObject({ kind: 'denied' });
		expect(await faultOf(fetch(`${there}/`, {}, [here]))).toMatchObject({ kind: 'denied' });
	});

	it.each([
		'http://2130706433/',
		'http://0x7f.1/',
		'http://0177.0.0.1/',
		'http://[::1]/',
		'http://[::ffff:127.0.0.1]/',
		'http://localhost/',
		'http://0/',
	])('is not fooled by %s', async (url) => {
		expect(await faultOf(createSafeFetch()(url))).toMatchObject({ kind: 'denied' });
	});

	it.each([
		['file:///etc/passwd', 'denied'],
		['ftp://example.com/', 'denied'],
		['javascript:alert(1)', 'denied'],
		['http://user:pass@example.com/', 'denied'],
		['not an url', 'invalid_input'],
	])('refuses %s', async (url, kind) => {
		expect(await faultOf(createSafeFetch()(url))).toMatchObject({ kind });
	});

	it('resolves a name once, and hands the socket the very addresses it checked', async () => {
		const answers = [[{ address: '8.8.8.8', family: 4 }], [{ address: '127.0.0.1', family: 4 }]];
		const lookup = createLookup(async () => answers.shift() ?? [], { publicOnly: true });
		const ask = (all: boolean) =>
			new Promise((resolve) => lookup('rebinding.test', { all }, (error, ...found) => resolve(error ?? found)));
		// No socket here: the address stands for any that is public.
		expect(await ask(true)).toEqual([[{ address: '8.8.8.8', family: 4 }]]);
		expect(await ask(false)).toMatchObject({ name: 'NotPublic', range: 'loopback' });
	});

	it('asks for a name’s addresses no second time between check and connection', async () => {
		const { port } = server.address() as AddressInfo;
		const origin = `http://rebinding.test:${port}`;
		const asked: string[] = [];
		const resolve = async (hostname: string) => {
			asked.push(hostname);
			return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }];
		};
		const fetch = createSafeFetch({ resolve, allowOrigins: [origin] });
		expect(await (await fetch(`${origin}/`)).text()).toBe('hello');
		expect(asked).toEqual(['rebinding.test']);
	});

	it('refuses a name when any of its addresses is not public', async () => {
		const resolve = async () => [
			{ address: '8.8.8.8', family: 4 },
			{ address: '::1', family: 6 },
		];
		expect(await faultOf(createSafeFetch({ resolve })('http://mixed.test/'))).toMatchObject({
			kind: 'denied',
			message: 'http://mixed.test is not on the public internet (its address is loopback).',
		});
	});

	it('says that a name or a port does not answer', async () => {
		const resolve = async () => {
			throw Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
		};
		expect(await faultOf(createSafeFetch({ resolve })('http://nowhere.test/'))).toMatchObject({
			kind: 'unavailable',
			message: 'http://nowhere.test could not be reached (ENOTFOUND).',
		});
		const brief = createServer();
		const closed = await listen(brief);
		await new Promise((resolve) => brief.close(resolve));
		expect(await faultOf(createSafeFetch({ allowOrigins: [closed] })(closed))).toMatchObject({
			kind: 'unavailable',
			retryable: true,
		});
		expect(await faultOf(createSafeFetch({ resolve: async () => [] })('http://nowhere.test/'))).toMatchObject({
			kind: 'unavailable',
		});
	});
});

describe('a redirect', () => {
	it('is followed, and the last address is the one named', async () => {
		const response = await open()(to('/end'));
		expect([await response.text(), response.url]).toEqual(['hello', `${here}/end`]);
	});

	it.each([
		'http://169.254.169.254/latest',
		'http://[::1]:8080/',
		'http://localhost:8080/',
		'file:///etc/passwd',
		'http://u:p@example.com/',
	])('to %s is refused', async (address) => {
		expect(await faultOf(open()(to(address)))).toMatchObject({ kind: 'denied' });
		expect(seen).toHaveLength(1);
	});

	it('to nonsense, or without end, is refused', async () => {
		expect(await faultOf(open()(to('http://')))).toMatchObject({ kind: 'invalid_input' });
		expect(await faultOf(open()(`${here}/loop`))).toMatchObject({
			kind: 'denied',
			message: expect.stringContaining('3 times'),
		});
		expect(seen.filter(({ url }) => url === '/loop')).toHaveLength(4);
		expect(await faultOf(open({ maxRedirects: 0 })(to('/end')))).toMatchObject({ kind: 'denied' });
	});

	it('is itself the answer where the caller follows none', async () => {
		const response = await open()(to('/end'), { redirect: 'manual' });
		expect(response.headers.get('location')).toBe('/end');
		expect(seen).toHaveLength(1);
	});

	it('is the answer where nobody wants it followed', async () => {
		const response = await open()(to('http://169.254.169.254/'), { redirect: 'manual' });
		expect([response.status, response.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
	});

	it('takes no credentials to another origin', async () => {
		const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/html' };
		const fetch = open({ allowOrigins: [here, there] });
		await fetch(to(`${there}/end`), { headers });
		expect(seen[1]?.headers).toMatchObject({ accept: 'text/html' });
		for (const name of ['authorization', 'cookie', 'x-api-key']) expect(seen[1]?.headers).not.toHaveProperty(name);
		await fetch(to('/end'), { headers });
		expect(seen[3]?.headers).toMatchObject(headers);
	});

	it.each([
		[301, 'GET', ''],
		[302, 'GET', ''],
		[303, 'GET', ''],
		[307, 'POST', 'data'],
		[308, 'POST', 'data'],
	])('with %i becomes %s', async (status, method, body) => {
		await open()(to('/end', status), { method: 'POST', body: 'data' });
		expect(seen[1]).toMatchObject({ method, body });
	});

	it('sends no body to another origin, and no stream twice', async () => {
		const fetch = open({ allowOrigins: [here, there] });
		expect(await faultOf(fetch(to(`${there}/end`, 307), { method: 'POST', body: 'data' }))).toMatchObject({
			kind: 'denied',
		});
		const body = new ReadableStream({
			start(controller) {
				controller.enqueue(new TextEncoder().encode('data'));
				controller.close();
			},
		});
		expect(
			await faultOf(fetch(to('/end', 307), { method: 'POST', body: body as never, duplex: 'half' })),
		).toMatchObject({ kind: 'unsupported' });
		expect(seen).toHaveLength(2);
	});
});

describe('a body', () => {
	it.each(['/endless', '/bomb'])('at %s is cut at the limit', async (path) => {
		const response = await open({ maxBytes: 1_000_000 })(`${here}${path}`);
		expect(await faultOf(response.arrayBuffer())).toMatchObject({
			kind: 'too_large',
			message: expect.stringContaining('1000000'),
		});
	});

	it('that says it is too large is not begun', async () => {
		expect(await faultOf(open({ maxBytes: 4 })(`${here}/sized`))).toMatchObject({ kind: 'too_large' });
	});

	it('that breaks off is a fault of its origin', async () => {
		const response = await open()(`${here}/cut`);
		expect(await faultOf(response.text())).toMatchObject({
			kind: 'unavailable',
			message: expect.stringContaining(here),
		});
	});

	it.each(['/hang', '/drip'])('at %s is waited for no longer than the time given', async (path) => {
		const read = async () => (await open({ timeoutMs: 150 })(`${here}${path}`)).text();
		expect(await faultOf(read())).toMatchObject({ kind: 'timeout', retryable: true });
	});

	it('stops when its caller does', async () => {
		const controller = new AbortController();
		const running = faultOf(open()(`${here}/hang`, { signal: controller.signal }));
		setTimeout(() => controller.abort(), 50);
		expect(await running).toMatchObject({ name: 'AbortError' });
		expect(await faultOf(open()(`${here}/`, { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' });
	});
});
