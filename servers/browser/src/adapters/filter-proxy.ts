import { once } from 'node:events';
import { createServer, Agent as HttpAgent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { portOf } from '../origins.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createReach, type Reach, type ReachRules } from './reach.ts';

export interface FilterProxy {
	/** For the browser's `proxy` setting. */
	readonly server: string;
	/** What was refused or could not be reached. */
	readonly incidents: Incidents;
	close(): Promise<void>;
}

const connectTimeoutMs = 20_000;

/** Meant for one connection alone, so never passed on. */
const hopByHop = new Set([
	'connection',
	'keep-alive',
	'proxy-authenticate',
	'proxy-authorization',
	'proxy-connection',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
]);

/** The only way out of the browser: it resolves a name once, checks every address, and connects to what it checked. */
export async function createFilterProxy(rules: ReachRules): Promise<FilterProxy> {
	const agent = new HttpAgent({ keepAlive: true, maxSockets: 24 });
	const tunnels = new Set<Duplex>();
	const incidents = createIncidents();
	const reach = createReach(rules, incidents);
	const server = createServer({ maxHeaderSize: 256 * 1024, requestTimeout: 0 }, (incoming, outgoing) => {
		forward(incoming, outgoing).catch(() => outgoing.destroy());
	});

	async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const url = URL.parse(incoming.url ?? '');
		if (url?.protocol !== 'http:') return void outgoing.writeHead(400).end();
		const port = portOf(url);
		const way = await reach({ protocol: 'http:', hostname: url.hostname, port }, url.origin);
		if (way === undefined) return answer(outgoing, 403, 'This address may not or cannot be reached from here.');
		const onward = request({
			...way,
			port,
			method: incoming.method ?? 'GET',
			path: `${url.pathname}${url.search}`,
			headers: passedOn(incoming.rawHeaders),
			setHost: false,
			agent,
		});
		onward.setTimeout(connectTimeoutMs, () => {
			if (onward.socket?.connecting !== false) onward.destroy(new Error('no connection in time'));
		});
		onward.on('response', (response) => passBack(response, outgoing));
		onward.on('error', () => {
			if (outgoing.headersSent) return void outgoing.destroy();
			incidents.add({ kind: 'unreachable', origin: url.origin, why: 'does not answer' });
			answer(outgoing, 502, 'No server answers at this address.');
		});
		outgoing.on('close', () => onward.destroy());
		incoming.pipe(onward);
	}

	async function tunnel(incoming: IncomingMessage, near: Duplex, head: Buffer): Promise<void> {
		const url = URL.parse(`https://${incoming.url}`);
		if (url === null) return void near.end('HTTP/1.1 400 Bad Request\r\n\r\n');
		// What speaks in a tunnel cannot be heard; at port 80 it is a web socket of an http page.
		const origin = url.port === '80' ? `http://${url.hostname}` : url.origin;
		const way = await reach({ hostname: url.hostname, port: portOf(url) }, origin);
		if (way === undefined) return void near.end('HTTP/1.1 403 Forbidden\r\n\r\n');
		const far = dial(way, portOf(url));
		far.once('error', () => {
			if (far.bytesRead === 0) incidents.add({ kind: 'unreachable', origin, why: 'does not answer' });
		});
		far.once('connect', () => {
			near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			far.write(head);
			near.pipe(far).pipe(near);
		});
		tie(near, far);
	}

	/** One end gone takes the other with it. */
	function tie(near: Duplex, far: Socket): void {
		const ends = [near, far];
		for (const end of ends) {
			tunnels.add(end);
			end.on('error', () => {});
			end.once('close', () => {
				tunnels.delete(end);
				for (const other of ends) other.destroy();
			});
		}
	}

	server.on('connect', (incoming, near, head) => {
		near.on('error', () => {});
		tunnel(incoming, near, head).catch(() => near.destroy());
	});
	server.on('clientError', (_error, socket) => socket.destroy());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		incidents,
		async close() {
			const closed = new Promise((done) => server.close(done));
			server.closeAllConnections();
			for (const end of tunnels) end.destroy();
			agent.destroy();
			await closed;
		},
	};
}

/** With words, since Chrome puts a page of its own in the place of an error without any. */
function answer(outgoing: ServerResponse, status: number, words: string): void {
	outgoing.writeHead(status, { 'content-type': 'text/plain', 'content-length': words.length }).end(words);
}

function dial(way: Reach, port: number): Socket {
	const far = connect({ ...way, port, timeout: connectTimeoutMs });
	far.on('timeout', () => {
		if (far.connecting) far.destroy(new Error('no connection in time'));
	});
	return far;
}

function passBack(response: IncomingMessage, outgoing: ServerResponse): void {
	outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, passedOn(response.rawHeaders));
	response.on('error', () => outgoing.destroy());
	response.pipe(outgoing);
}

function passedOn(raw: readonly string[]): string[] {
	const headers: string[] = [];
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const [name = '', value = ''] = [raw[i], raw[i + 1]];
		if (!hopByHop.has(name.toLowerCase())) headers.push(name, value);
	}
	return headers;
}
