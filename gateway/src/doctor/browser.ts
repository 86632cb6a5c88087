import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultWire } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import { type CallMeta, metaKeys, Prepared } from '@switchboard/kit/wire';
import type { AgentConnection } from '../agents/connection.ts';
import { type Finding, ok, problem } from './finding.ts';

const skill = 'browser_open';
const timeoutMs = 60_000;

/** Opens a page of our own in the real browser, the way a Call would. */
export async function checkBrowser(agent: AgentConnection): Promise<Finding> {
	const server = await servePage();
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const begun = performance.now();
		const prepared = await send(agent, origin, { prepare: true });
		const { digest } = Prepared.parse(prepared._meta?.[metaKeys.prepared]);
		const result = await send(agent, origin, { digest });
		if (result.isError !== true) return ok('browser', `opened a page in ${Math.round(performance.now() - begun)} ms`);
		const fault = FaultWire.parse(result._meta?.[metaKeys.fault]);
		return problem('browser', fault.message, fault.hint ?? 'See the log of the browser Agent.');
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

function send(agent: AgentConnection, origin: string, more: Partial<CallMeta>): Promise<SkillResult> {
	const call: CallMeta = { id: 'doctor', session: 'doctor', principal: 'owner', origins: [origin], ...more };
	const signal = AbortSignal.timeout(timeoutMs);
	return agent.call({ name: skill, args: { url: `${origin}/` }, meta: { [metaKeys.call]: call }, signal, timeoutMs });
}

async function servePage(): Promise<Server> {
	const server = createServer((_request, response) => {
		response
			.writeHead(200, { 'content-type': 'text/html' })
			.end('<!doctype html><title>Switchboard</title><h1>Well</h1>');
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	return server;
}
