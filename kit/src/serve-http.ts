import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { Fault } from './fault.ts';
import type { RunningAgent } from './run-agent.ts';

/** One that is guessed in no lifetime; 16 characters of Base64 are 96 bits. */
const shortestToken = 16;

/** Streamable HTTP at `/mcp` on loopback, both protocol eras, bearer token always. Returns how to stop it. */
export async function serveOverHttp(
	{ server, log, onSkillsChanged }: RunningAgent,
	port: number,
): Promise<() => Promise<void>> {
	const given = process.env.SWITCHBOARD_TOKEN;
	if (given !== undefined && given.length < shortestToken) {
		throw new Fault('invalid_input', `SWITCHBOARD_TOKEN has fewer than ${shortestToken} characters.`, {
			hint: 'Leave it out and one is made.',
		});
	}
	const token = given ?? randomBytes(32).toString('base64url');
	const handler = createMcpHandler(server, { onerror: (error) => log.warn({ err: error }, 'protocol error') });
	onSkillsChanged(() => handler.notify.toolsChanged());
	const serve = toNodeHandler(handler);
	const http = createServer((request, response) => {
		const refusal = refusalOf(request, token);
		if (refusal !== undefined) return void response.writeHead(refusal.status, refusal.headers).end();
		void serve(request as never, response as never);
	});
	await new Promise<void>((listening, failed) => {
		http.once('error', failed);
		http.listen(port, '127.0.0.1', listening);
	});
	const { port: bound } = http.address() as AddressInfo;
	log.info({ url: `http://127.0.0.1:${bound}/mcp` }, 'listening');
	if (given === undefined) process.stderr.write(`Bearer token for http://127.0.0.1:${bound}/mcp: ${token}\n`);
	return async () => {
		await handler.close();
		http.closeAllConnections();
		await new Promise((closed) => http.close(closed));
	};
}

interface Refusal {
	readonly status: number;
	readonly headers: Record<string, string>;
}

/** Why a request is not served: a browser page or a rebound name calls, or the token is missing or wrong. */
export function refusalOf(request: Pick<IncomingMessage, 'headers' | 'url'>, token: string): Refusal | undefined {
	const { host, origin, authorization } = request.headers;
	if (!isLoopbackHost(host) || (origin !== undefined && !isLoopbackOrigin(origin))) return { status: 403, headers: {} };
	if (request.url?.split('?')[0] !== '/mcp') return { status: 404, headers: {} };
	const sent = Buffer.from(authorization ?? '');
	const wanted = Buffer.from(`Bearer ${token}`);
	if (sent.length === wanted.length && timingSafeEqual(sent, wanted)) return undefined;
	return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
}

function isLoopbackHost(host: string | undefined): boolean {
	return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

function isLoopbackOrigin(origin: string): boolean {
	try {
		return isLoopbackHost(new URL(origin).host);
	} catch {
		return false;
	}
}
