import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostServerParts } from './adapters/mcp-server.ts';
import { hasToken, isLocal } from './http-guard.ts';
import { answerJson } from './respond.ts';

export interface FaceParts extends Omit<HostServerParts, 'open'> {
	readonly version: string;
}

/** One way of speaking MCP over HTTP. */
export interface Face {
	handle(request: IncomingMessage, response: ServerResponse, principal: string): Promise<void>;
	/** Hosts connected. */
	readonly size: number;
	close(): void;
}

export interface HttpFace {
	readonly port: number;
	readonly size: number;
	/** Answers nothing new from now on. */
	refuse(): void;
	close(): Promise<void>;
}

/** How long answers may take to go out when all is closed. */
const lastAnswersMs = 500;

/** All that is served over HTTP, on loopback alone: every route checks Host and Origin, all but `/healthz` want the token. */
export async function serveHttp(ports: readonly number[], token: string, parts: FaceParts): Promise<HttpFace> {
	const faces: Partial<Record<'mcp' | 'sse', Promise<Face>>> = {};
	const opened = new Set<Face>();
	let isRefusing = false;

	/** The SDK is loaded when somebody comes. */
	function face(path: string): Promise<Face> | undefined {
		switch (path) {
			case '/mcp':
				faces.mcp ??= import('./adapters/streamable-http.ts').then(({ createStreamableHttp }) =>
					kept(createStreamableHttp(parts)),
				);
				return faces.mcp;
			case '/sse':
			case '/messages':
				faces.sse ??= import('./adapters/sse.ts').then(({ createSse }) => kept(createSse(parts)));
				return faces.sse;
			default:
				return undefined;
		}
	}

	function kept(made: Face): Face {
		opened.add(made);
		return made;
	}

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (!isLocal(request)) return answerJson(response, 403, { error: 'Only programs on this machine are served.' });
		const path = request.url?.split('?')[0] ?? '/';
		if (path === '/healthz')
			return answerJson(response, isRefusing ? 503 : 200, { status: isRefusing ? 'draining' : 'ok' });
		if (!hasToken(request, token))
			return answerJson(
				response,
				401,
				{ error: 'The bearer token is missing or wrong.' },
				{ 'www-authenticate': 'Bearer' },
			);
		const serving = face(path);
		if (serving === undefined) return answerJson(response, 404, { error: 'Not found' });
		if (isRefusing)
			return answerJson(response, 503, { error: 'The Gateway is about to restart.' }, { 'retry-after': '2' });
		await (await serving).handle(request, response, 'owner');
	}

	const server = createServer((request, response) => {
		response.on('error', () => {});
		answer(request, response).catch((error: unknown) => {
			parts.log.warn({ err: error }, 'http request failed');
			answerJson(response, 500, { error: 'The request could not be served.' });
		});
	});
	const port = await listen(server, ports);

	return {
		port,
		get size() {
			return [...opened].reduce((sum, { size }) => sum + size, 0);
		},
		refuse() {
			isRefusing = true;
		},
		async close() {
			for (const { close } of opened) close();
			const closed = new Promise((done) => server.close(done));
			const timer = setTimeout(() => server.closeAllConnections(), lastAnswersMs);
			server.closeIdleConnections();
			await closed;
			clearTimeout(timer);
		},
	};
}

/** Listens on the first of these ports that is free. */
async function listen(server: ReturnType<typeof createServer>, ports: readonly number[]): Promise<number> {
	for (const [index, port] of ports.entries()) {
		try {
			await new Promise<void>((listening, failed) => {
				server.once('error', failed);
				server.listen(port, '127.0.0.1', () => {
					server.off('error', failed);
					listening();
				});
			});
			return (server.address() as AddressInfo).port;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || index === ports.length - 1) throw error;
		}
	}
	throw new RangeError('No port was given.');
}
