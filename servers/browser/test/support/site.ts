import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Route = string | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Site {
	readonly port: number;
	/** `http://127.0.0.1:PORT`. */
	readonly origin: string;
	/** The same server under another name, and so another origin and site. */
	readonly other: string;
	/** Every request that arrived: method and path. */
	readonly hits: string[];
	/** Adds or replaces a page; answers its address. */
	page(path: string, route: Route): string;
	close(): Promise<void>;
}

/** A web site on loopback; HTML at the paths given. */
export async function serve(routes: Readonly<Record<string, Route>> = {}): Promise<Site> {
	const known = new Map(Object.entries(routes));
	const hits: string[] = [];
	const server = createServer((request, response) => {
		hits.push(`${request.method} ${request.url}`);
		const route = known.get((request.url ?? '').split('?')[0] ?? '');
		if (route === undefined) return void response.writeHead(404).end();
		if (typeof route === 'function') return route(request, response);
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>${route}`);
	});
	server.on('upgrade', (request, socket) => {
		hits.push(`UPGRADE ${request.url}`);
		socket.destroy();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	return {
		port,
		origin,
		other: `http://localhost:${port}`,
		hits,
		page(path, route) {
			known.set(path, route);
			return `${origin}${path}`;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
