import type { IncomingMessage, ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { Face, FaceParts } from '../http.ts';
import { answerJson } from '../respond.ts';
import { serveHost } from './mcp-server.ts';

const keepAliveMs = 25_000;
const mostStreams = 200;

/** The transport before Streamable HTTP, for hosts that know no other: a stream at `/sse`, messages to `/messages`. */
export function createSse(parts: FaceParts): Face {
	const streams = new Map<string, { readonly principal: string; readonly transport: SSEServerTransport }>();

	async function openStream(response: ServerResponse, principal: string): Promise<void> {
		if (streams.size >= mostStreams) return answerJson(response, 503, { error: 'Too many streams are open.' });
		const transport = new SSEServerTransport('/messages', response);
		const id = transport.sessionId;
		streams.set(id, { principal, transport });
		const keepAlive = setInterval(() => response.write(': keepalive\n\n'), keepAliveMs);
		response.once('close', () => {
			clearInterval(keepAlive);
			streams.delete(id);
		});
		await serveHost(transport, parts.version, {
			...parts,
			open: (host) => parts.gateway.sessions.open({ key: `sse:${id}`, principal, host }),
		});
	}

	async function takeMessage(request: IncomingMessage, response: ServerResponse, principal: string): Promise<void> {
		const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
		const stream = streams.get(searchParams.get('sessionId') ?? '');
		if (stream?.principal !== principal) return answerJson(response, 404, { error: 'Session not found' });
		await stream.transport.handlePostMessage(request, response);
	}

	return {
		async handle(request, response, principal) {
			const isStream = request.url?.split('?')[0] === '/sse';
			if (request.method !== (isStream ? 'GET' : 'POST'))
				return answerJson(response, 405, { error: 'Method not allowed' });
			await (isStream ? openStream(response, principal) : takeMessage(request, response, principal));
		},
		get size() {
			return streams.size;
		},
		close() {
			for (const { transport } of streams.values()) void transport.close();
		},
	};
}
