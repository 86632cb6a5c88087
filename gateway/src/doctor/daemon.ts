import { readFileSync } from 'node:fs';
import type { Control } from '../daemon/control.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { type Finding, finding, ok, problem } from './finding.ts';

const patienceMs = 10_000;

export function checkDaemon(daemon: () => Promise<Control>, home: string, version: string): Promise<Finding> {
	return finding('daemon', `Its log is ${daemonPaths(home).log}.`, async () => {
		const control = await daemon();
		const { pid, state } = await control.request('status', {});
		const { version: theirs } = control.daemon;
		if (theirs === version) return ok('daemon', `version ${theirs}, pid ${pid}, ${state}`);
		return problem(
			'daemon',
			`The daemon is version ${theirs}, this is ${version}.`,
			'Stop it: the next command starts this version.',
		);
	});
}

/** Whether the HTTP front lets the token in and keeps others out. */
export function checkHttp(daemon: () => Promise<Control>, home: string): Promise<Finding> {
	return finding('http', `Its log is ${daemonPaths(home).log}.`, async () => {
		const { mcp, tokenFile } = await (await daemon()).request('urls', {});
		if (mcp === undefined)
			return problem('http', 'The daemon has no HTTP port.', `Its log is ${daemonPaths(home).log}.`);
		const token = readFileSync(tokenFile, 'utf8').trim();
		const [within, without] = [await initialize(mcp, token), await initialize(mcp, 'not-the-token')];
		if (within !== 200)
			return problem('http', `${mcp} answers the token with ${within}.`, 'Stop the daemon and try again.');
		if (without !== 401) return problem('http', `${mcp} answers a wrong token with ${without}.`, 'Stop the daemon.');
		return ok('http', `${mcp}, token in ${tokenFile}`);
	});
}

async function initialize(url: string, token: string): Promise<number> {
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'doctor', version: '1.0.0' } };
	const response = await fetch(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			authorization: `Bearer ${token}`,
		},
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
		signal: AbortSignal.timeout(patienceMs),
	});
	await response.body?.cancel();
	await closeSession(url, token, response.headers.get('mcp-session-id'));
	return response.status;
}

async function closeSession(url: string, token: string, session: string | null): Promise<void> {
	if (session === null) return;
	const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': session };
	await fetch(url, { method: 'DELETE', headers, signal: AbortSignal.timeout(patienceMs) });
}
