import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Face, FaceParts } from '../http.ts';
import { readJson } from '../read-json.ts';
import { answerJson, answerRpc } from '../respond.ts';
import { serveHost } from './mcp-server.ts';

const largestBody = 16 * 1024 * 1024;
const mostSessions = 500;
const idleMs = 30 * 60_000;

interface HttpSession {
	readonly principal: string;
	readonly transport: StreamableHTTPServerTransport;
	/** Ends the Gateway's Session too, where there is one. */
	end(): Promise<void>;
	open: number;
	lastUsedAt: number;
}

/** Streamable HTTP with sessions: `initialize` opens one, DELETE ends it, and an unknown one is 404 so that the host begins anew. */
export function createStreamableHttp(parts: FaceParts): Face {
	const sessions = new Map<string, HttpSession>();
	const reaper = setInterval(reap, 60_000).unref();

	async function handle(request: IncomingMessage, response: ServerResponse, principal: string): Promise<void> {
		const id = request.headers['mcp-session-id'];
		if (id === undefined) return await begin(request, response, principal);
		const session = typeof id === 'string' ? sessions.get(id) : undefined;
		// Another principal's session is as unknown as one that never was.
		if (session?.principal !== principal) return answerRpc(response, 404, -32001, 'Session not found');
		track(session, response);
		await session.transport.handleRequest(request, response);
	}

	async function begin(request: IncomingMessage, response: ServerResponse, principal: string): Promise<void> {
		if (request.method !== 'POST')
			return answerRpc(response, 400, -32000, 'Bad Request: Mcp-Session-Id header is required');
		let body: unknown;
		try {
			body = await readJson(request, largestBody);
		} catch (error) {
			// The rest is read and dropped, so that the host gets to read the answer.
			request.resume();
			if (error instanceof RangeError) return answerRpc(response, 413, -32000, error.message);
			return answerRpc(response, 400, -32700, 'Parse error: Invalid JSON');
		}
		if (!isInitializeRequest(body))
			return answerRpc(response, 400, -32000, 'Bad Request: Mcp-Session-Id header is required');
		makeRoom();
		if (sessions.size >= mostSessions) return answerJson(response, 503, { error: 'Too many sessions are open.' });
		const session = await open(principal);
		track(session, response);
		await session.transport.handleRequest(request, response, body);
	}

	async function open(principal: string): Promise<HttpSession> {
		const id = randomUUID();
		const transport = new StreamableHTTPServerTransport({
			sessionIdGenerator: () => id,
			maxRequestBodySize: largestBody,
			onsessionclosed: () => session.end(),
		});
		let gatewaySession: string | undefined;
		// Its optional members admit undefined, which the interface it implements does not.
		const server = await serveHost(transport as Transport, parts.version, {
			...parts,
			open(host) {
				const opened = parts.gateway.sessions.open({ key: `http:${id}`, principal, host });
				gatewaySession = opened.id;
				return opened;
			},
		});
		const session: HttpSession = {
			principal,
			transport,
			open: 0,
			lastUsedAt: Date.now(),
			async end() {
				sessions.delete(id);
				await server.close();
				if (gatewaySession !== undefined) await parts.gateway.sessions.close(gatewaySession);
			},
		};
		sessions.set(id, session);
		return session;
	}

	function track(session: HttpSession, response: ServerResponse): void {
		session.open += 1;
		session.lastUsedAt = Date.now();
		response.once('close', () => {
			session.open -= 1;
			session.lastUsedAt = Date.now();
		});
	}

	/** Only the connection: its Session stays, with whatever jobs it has. */
	function drop(id: string, { transport }: HttpSession): void {
		sessions.delete(id);
		void transport.close();
	}

	function reap(): void {
		const now = Date.now();
		for (const [id, session] of sessions) {
			if (session.open === 0 && now - session.lastUsedAt > idleMs) drop(id, session);
		}
	}

	/** Sessions that hosts abandon without a DELETE must not keep new ones out. */
	function makeRoom(): void {
		if (sessions.size < mostSessions) return;
		const idle = [...sessions].filter(([, { open }]) => open === 0).sort(([, a], [, b]) => a.lastUsedAt - b.lastUsedAt);
		const [oldest] = idle;
		if (oldest !== undefined) drop(...oldest);
	}

	return {
		handle,
		get size() {
			return sessions.size;
		},
		close() {
			clearInterval(reaper);
			for (const [id, session] of sessions) drop(id, session);
		},
	};
}
