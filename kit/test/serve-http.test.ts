import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { metaKeys } from '@switchboard/kit/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFor, eras, mainFile, modernEra, nodeArgs, type Scratch, scratch } from './support/host.ts';

let at: Scratch;
let child: ChildProcess;
let url: URL;
let token: string;

beforeAll(async () => {
	at = scratch();
	child = spawn(process.execPath, [...nodeArgs, mainFile, '--http', '0'], {
		env: environmentFor(at),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let stderr = '';
	for await (const chunk of child.stderr ?? []) {
		stderr += chunk;
		const said = /Bearer token for (\S+): (\S+)\n/.exec(stderr);
		if (said === null) continue;
		url = new URL(said[1] ?? '');
		token = said[2] ?? '';
		break;
	}
});
afterAll(async () => {
	child.kill('SIGTERM');
	expect(await once(child, 'exit')).toEqual([0, null]);
	at.remove();
});

const post = (headers: Record<string, string>, path = '/mcp') =>
	fetch(new URL(path, url), {
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
	});

describe.each(eras)('an Agent over HTTP, called by a host of %s', (era) => {
	it('answers, and refuses what it cannot ask about', async () => {
		const client = new Client(
			{ name: 'test', version: '1' },
			era === modernEra ? { versionNegotiation: { mode: { pin: era } } } : {},
		);
		await client.connect(
			new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
		);
		const echo = (text: string) => client.callTool({ name: 'fixture_echo', arguments: { text } });
		const results = await Promise.all(['a', 'b', 'c'].map(echo));
		expect(results.map(({ structuredContent }) => structuredContent)).toEqual([
			{ text: 'a' },
			{ text: 'b' },
			{ text: 'c' },
		]);
		const { _meta } = await client.callTool({ name: 'fixture_send', arguments: { text: 'x' } });
		expect(_meta?.[metaKeys.fault]).toMatchObject({ kind: 'denied' });
		await client.close();
	});
});

describe('the door of an Agent over HTTP', () => {
	it('listens on loopback and makes a token nobody can guess', () => {
		expect(url.hostname).toBe('127.0.0.1');
		expect(token.length).toBeGreaterThan(40);
	});

	it.each([
		['no token', {}, 401],
		['a wrong token', { authorization: 'Bearer x' }, 401],
		['a token of the right length', { authorization: `Bearer ${'x'.repeat(43)}` }, 401],
		['a page of another origin', { origin: 'https://evil.example.com' }, 403],
		['a page without origin', { origin: 'null' }, 403],
	])('is shut to %s', async (_, headers, status) => {
		expect((await post(headers as Record<string, string>)).status).toBe(status);
	});

	it('is shut to a rebound name, also with the token', async () => {
		const { request } = await import('node:http');
		const status = await new Promise((resolve) => {
			request(
				url,
				{ method: 'POST', headers: { host: 'evil.example.com', authorization: `Bearer ${token}` } },
				(response) => resolve(response.statusCode),
			).end();
		});
		expect(status).toBe(403);
	});

	it('has nothing else behind it', async () => {
		expect((await post({ authorization: `Bearer ${token}` }, '/other')).status).toBe(404);
		expect((await post({ authorization: `Bearer ${token}`, origin: 'http://localhost:3000' })).status).toBe(200);
	});
});
