import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openApiDocument } from './openapi-document.ts';
import { type Arrived, addItem, answer, type Item, key, type State } from './openapi-routes.ts';

/** A warehouse of items behind HTTP and JSON, with an OpenAPI 3.1 document of its own at `/openapi.json`. */
export interface OpenApiService {
	readonly origin: string;
	readonly key: string;
	readonly document: Readonly<Record<string, unknown>>;
	/** Every request, oldest first. */
	readonly arrived: readonly Arrived[];
	readonly items: ReadonlyMap<number, Item>;
	close(): Promise<void>;
}

export async function startOpenApiService(): Promise<OpenApiService> {
	const arrived: Arrived[] = [];
	const state: State = { items: new Map(), created: new Map(), nextId: 1 };
	for (const name of ['bolt', 'nut', 'screw', 'washer', 'nail'])
		addItem(state, { name, price: '0.10', tags: ['small'] });

	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const { method = '', url = '', headers } = request;
		const seen: Arrived = { method, url, headers, body: Buffer.concat(chunks) };
		arrived.push(seen);
		answer(seen, state, response, originOf(request));
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		key,
		document: openApiDocument(origin),
		arrived,
		items: state.items,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}

function originOf({ headers }: IncomingMessage): string {
	return `http://${headers.host}`;
}

if (import.meta.main) {
	const { origin } = await startOpenApiService();
	process.stdout.write(`${JSON.stringify({ origin, key, document: `${origin}/openapi.json` })}\n`);
}
