import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestAgent } from '@switchboard/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browse, eventually, refOf, startAgent } from '../support/browsing.ts';
import { type Site, serve } from '../support/site.ts';

/** A server on loopback that nobody was allowed to reach, over TCP and UDP, IPv4 and IPv6. */
async function startCanary() {
	const paths: string[] = [];
	let touches = 0;
	const http = createServer((request, response) => {
		paths.push(new URL(request.url ?? '', 'http://x').pathname.slice(1));
		response
			.writeHead(200, {
				'access-control-allow-origin': '*',
				'access-control-allow-headers': '*',
				'content-type': 'text/plain',
			})
			.end('canary');
	});
	http.on('connection', () => {
		touches += 1;
	});
	http.on('upgrade', (request, socket) => {
		paths.push((request.url ?? '').slice(1));
		socket.destroy();
	});
	http.listen(0, '::');
	await once(http, 'listening');
	const { port } = http.address() as AddressInfo;
	const udp = createSocket('udp4').on('message', () => {
		touches += 1;
		paths.push('udp');
	});
	udp.bind(port, '127.0.0.1');
	await once(udp, 'listening');
	return {
		port,
		paths,
		touches: () => touches,
		async close() {
			udp.close();
			http.closeAllConnections();
			await new Promise((done) => http.close(done));
		},
	};
}

let canary: Awaited<ReturnType<typeof startCanary>>;
let site: Site;
let agent: TestAgent;

beforeAll(async () => {
	canary = await startCanary();
	site = await serve();
	agent = await startAgent({ allowOrigins: [site.origin] });
});
afterAll(async () => {
	await agent.close();
	await site.close();
	await canary.close();
});
afterEach(() => expect([canary.touches(), canary.paths]).toEqual([0, []]));

describe('an address that is not allowed', () => {
	it.each([
		['127.0.0.1'],
		['127.1'],
		['2130706433'],
		['0x7f000001'],
		['0177.0.0.1'],
		['127.000.000.001'],
		['１２７.0.0.1'],
		['[::1]'],
		['[::ffff:127.0.0.1]'],
		['[::ffff:7f00:1]'],
		['[64:ff9b::7f00:1]'],
		['0.0.0.0'],
		['[::]'],
		['localhost'],
		['localhost.'],
		['any.localhost'],
		['example.com@127.0.0.1'],
	])('is not opened as %s', async (host) => {
		const fault = await browse(agent).fault('browser_open', { url: `http://${host}:${canary.port}/x` });
		expect(fault.kind).toBe('denied');
		expect(fault.message).toMatch(
			/^http:\/\/\S+ is (on this machine|at an address that is not public), and the browser may not reach it\.$/,
		);
		expect(fault.hint).toContain('allowOrigins');
	});

	it.each([
		['http://10.1.2.3/', 'in a private network'],
		['http://192.168.1.1:8080/', 'in a private network'],
		['http://169.254.169.254/latest/meta-data/', 'on the local link'],
		['http://[fe80::1]/', 'on the local link'],
		['http://[fd00::1]/', 'in a private network'],
		['https://127.0.0.1:8443/', 'on this machine'],
		['https://10.0.0.1/', 'in a private network'],
	])('%s is refused as being %s', async (url, where) => {
		expect(await browse(agent).fault('browser_open', { url })).toMatchObject({
			kind: 'denied',
			message: expect.stringContaining(` is ${where}, `),
		});
	});

	it.each([
		['file:///etc/passwd'],
		['chrome://version'],
		['data:text/html,hi'],
		['javascript:alert(1)'],
		['view-source:http://example.com'],
		['blob:http://example.com/1'],
		['ftp://example.com/'],
		['devtools://devtools/bundled/inspector.html'],
	])('%s is refused by its scheme', async (url) => {
		const fault = await browse(agent).fault('browser_open', { url });
		expect(fault).toMatchObject({ kind: 'denied', message: 'Only http and https pages can be opened.' });
		expect(await browse(agent).fault('browser_download', { url })).toMatchObject({ kind: 'denied' });
	});

	it('is not reached by a redirect, and the fault names it', async () => {
		const target = `http://127.0.0.1:${canary.port}`;
		site.page('/hop1', (_request, response) => response.writeHead(302, { location: '/hop2' }).end());
		site.page('/hop2', (_request, response) => response.writeHead(307, { location: `${target}/redirected` }).end());
		const page = browse(agent);
		expect(await page.fault('browser_open', { url: `${site.origin}/hop1` })).toMatchObject({
			kind: 'denied',
			message: expect.stringContaining(target),
		});
		expect((await page.fault('browser_snapshot')).kind).toBe('not_found');
		expect(await page.fault('browser_download', { url: `${site.origin}/hop1` })).toMatchObject({ kind: 'denied' });
	});

	it('is not reached by a click, and the answer says what was refused', async () => {
		const page = browse(agent);
		const first = await page.open(site.page('/link', `<a href="http://127.0.0.1:${canary.port}/clicked">Away</a>`));
		const after = await page.call('browser_click', { ref: refOf(first, 'Away') });
		expect(after.notes).toEqual([`A request to http://127.0.0.1:${canary.port} was refused: it is on this machine.`]);
	});

	it('is not opened under a sibling of what is allowed: another port, another name, another scheme', async () => {
		for (const url of [
			`http://127.0.0.1:${canary.port}/`,
			`http://localhost:${site.port}/`,
			`https://127.0.0.1:${site.port}/`,
		]) {
			const before = site.hits.length;
			expect((await browse(agent).fault('browser_open', { url })).kind).toMatch(/denied|unavailable/);
			expect(site.hits.length).toBe(before);
		}
	});

	it('stays out of reach of a permission prompt, too', async () => {
		const page = browse(agent);
		await page.open(site.page('/permissions', 'x'));
		const states = await page.evaluate(
			"Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'].map(async (name) => (await navigator.permissions.query({ name })).state))",
		);
		expect(states).toEqual(Array(5).fill('denied'));
	});
});

/** Ways in which a page makes a browser ask for something, by the path that then arrives. */
const ways: Readonly<Record<string, string>> = {
	fetch: `fetch(to('fetch'), { mode: 'no-cors' })`,
	xhr: `const x = new XMLHttpRequest(); x.open('GET', to('xhr')); x.send()`,
	beacon: `navigator.sendBeacon(to('beacon'), 'data')`,
	image: `new Image().src = to('image')`,
	script: `add('script', { src: to('script') })`,
	module: `import(to('module'))`,
	style: `add('link', { rel: 'stylesheet', href: to('style') })`,
	background: `add('div', { style: 'width:9px;height:9px;background:url(' + to('background') + ')' })`,
	preload: `add('link', { rel: 'preload', as: 'script', href: to('preload') })`,
	icon: `add('link', { rel: 'icon', href: to('icon') })`,
	frame: `add('iframe', { src: to('frame') })`,
	object: `add('object', { data: to('object'), type: 'text/html' })`,
	embed: `add('embed', { src: to('embed'), type: 'text/html' })`,
	video: `add('video', { src: to('video'), preload: 'auto' })`,
	font: `add('style', { textContent: '@font-face{font-family:f;src:url(' + to('font') + ')}' }); add('p', { style: 'font-family:f', textContent: 'f' })`,
	svg: `add('div', { innerHTML: '<svg><image href="' + to('svg') + '"/></svg>' })`,
	events: `new EventSource(to('events'))`,
	socket: `new WebSocket(to('socket').replace('http', 'ws'))`,
	worker: `new Worker(URL.createObjectURL(new Blob(["fetch('" + to('worker') + "', { mode: 'no-cors' })"])))`,
	srcdoc: `add('iframe', { srcdoc: '<img src="' + to('srcdoc') + '">' })`,
	data: `add('iframe', { src: 'data:text/html,<img src="' + to('data') + '">' })`,
	blob: `add('iframe', { src: URL.createObjectURL(new Blob(['<img src="' + to('blob') + '">'], { type: 'text/html' })) })`,
	meta: `add('iframe', { srcdoc: '<meta http-equiv="refresh" content="0;url=' + to('meta') + '">' })`,
	form: `const f = add('form', { action: to('form'), method: 'post', target: add('iframe', { name: 'formframe' }).name }); f.submit()`,
	ping: `add('a', { href: '#', ping: to('ping') }).click()`,
	redirected: `fetch('/away?' + to('redirected'), { mode: 'no-cors' })`,
	popup: `window.open(to('popup'))`,
	service: `navigator.serviceWorker.register('/worker.js?' + to('service'))`,
};

describe('a page that tries every way out', () => {
	const attempt = (script: string): string => `try { ${script} } catch (error) { console.log(error); }`;

	function hostile(to: string): string {
		site.page('/away', (request, response) =>
			response.writeHead(302, { location: (request.url ?? '').split('?')[1] ?? '' }).end(),
		);
		site.page('/worker.js', (request, response) =>
			response
				.writeHead(200, { 'content-type': 'text/javascript' })
				.end(`fetch('${(request.url ?? '').split('?')[1]}', { mode: 'no-cors' })`),
		);
		return site.page(
			`/hostile`,
			`<body><script>
				const to = (path) => '${to}/' + path;
				const add = (tag, properties) => { const e = document.createElement(tag); for (const [k, v] of Object.entries(properties)) k === 'ping' || k === 'style' ? e.setAttribute(k, v) : e[k] = v; document.body.append(e); return e; };
				const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + new URL(to('')).host }] });
				peer.createDataChannel('x'); peer.createOffer().then((o) => peer.setLocalDescription(o));
				try { new WebTransport(to('transport').replace('http:', 'https:')); } catch {}
				${Object.values(ways)
					.map((way) => `{ ${attempt(way)} }`)
					.join('\n')}
			</script>`,
		);
	}

	it('reaches nothing that is not allowed', async () => {
		const page = browse(agent);
		const shown = await page.open(hostile(`http://127.0.0.1:${canary.port}`));
		await new Promise((done) => setTimeout(done, 1_500));
		const notes = [...(shown.notes ?? []), ...((await page.look()).notes ?? [])];
		expect(notes).toContain(`A request to http://127.0.0.1:${canary.port} was refused: it is on this machine.`);
	});

	it('does reach it by each of them where it is allowed, so that the test above means something', async () => {
		const open = await startCanary();
		const other = await startAgent({ allowPrivate: true });
		try {
			const page = browse(other);
			await page.open(hostile(`http://127.0.0.1:${open.port}`));
			// The headless shell asks for no icon, and Chrome was told to send no pings.
			const wanted = Object.keys(ways).filter((way) => way !== 'icon' && way !== 'ping');
			await eventually(() => wanted.every((way) => open.paths.includes(way))).catch(() => {});
			expect(wanted.filter((way) => !open.paths.includes(way))).toEqual([]);
			// Calls between browsers would go round the proxy, and stay shut even so.
			expect(open.paths).not.toContain('udp');
		} finally {
			await other.close();
			await open.close();
		}
	});

	it('may be given a single origin with the call, and no more', async () => {
		const open = await startCanary();
		const shut = await startAgent({ allowOrigins: [] });
		try {
			const origin = `http://127.0.0.1:${open.port}`;
			const call = (meta: Record<string, unknown>) =>
				shut.call('browser_open', { url: `${origin}/granted` }, { session: 's', ...meta });
			expect((await call({ origins: [origin] })).isError).toBeFalsy();
			expect(open.paths).toContain('granted');
			expect((await call({})).isError).toBe(true);
			expect((await call({ origins: ['*', 'http://*', `http://127.0.0.1:${open.port + 1}`] })).isError).toBe(true);
			expect(open.paths.filter((path) => path === 'granted')).toHaveLength(1);
		} finally {
			await shut.close();
			await open.close();
		}
	});
});
