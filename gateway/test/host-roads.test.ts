import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
	ElicitRequestSchema,
	ListRootsRequestSchema,
	ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Road, v1Host, v2Host } from './support/hosts.ts';
import { createTestHome, processesOf, type TestHome, until } from './support/programs.ts';

// Real processes on a machine that others use too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home: TestHome;
const Loose = z.looseObject({});

beforeAll(async () => {
	home = createTestHome();
	await home.run('agents');
});
afterAll(() => home.end());

function textOf(result: unknown): string {
	return (result as { content: { text: string }[] }).content.map(({ text }) => text).join('\n');
}

async function texts(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
	return textOf(await client.callTool({ name, arguments: args }));
}

describe.each<Road>(['stdio', 'http', 'sse'])('a v1 host over %s', (road) => {
	let client: Client;
	beforeAll(async () => {
		client = await v1Host(road, home, { elicitation: {}, roots: { listChanged: true } });
		client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
			action: params.message === 'Do it?' ? 'accept' : 'cancel',
			content: {},
		}));
		client.setRequestHandler(ListRootsRequestSchema, async () => ({
			roots: [{ uri: 'file:///work/here' }, { uri: 'file://elsewhere.example.com/x' }],
		}));
	});
	afterAll(() => client.close());

	it('lists the Gateway’s own tools and every Skill, with what it does not know left in', async () => {
		const { tools } = (await client.request({ method: 'tools/list' }, Loose)) as unknown as {
			tools: Record<string, unknown>[];
		};
		expect(tools.slice(0, 4).map(({ name }) => name)).toEqual(['ask', 'job_status', 'job_result', 'job_cancel']);
		expect(tools.find(({ name }) => name === 'test_echo')).toMatchObject({ 'x-unknown': { kept: true } });
		for (const tool of tools.slice(0, 4))
			expect(tool).toMatchObject({ outputSchema: { type: 'object' }, annotations: { title: tool.title } });
	});

	it('gets a result as the Agent gave it', async () => {
		const result = await client.request(
			{ method: 'tools/call', params: { name: 'test_echo', arguments: { text: 'hé' } } },
			Loose,
		);
		expect(result).toEqual({
			content: [{ type: 'text', text: 'hé' }],
			structuredContent: { text: 'hé' },
			'x-unknown': 1,
		});
	});

	it('gets a large result whole', async () => {
		expect((await texts(client, 'test_big', { bytes: 3_000_000 })).length).toBe(3_000_000);
	});

	it('is told of progress, in order, under its own token', async () => {
		const seen: number[] = [];
		await client.callTool({ name: 'test_slow', arguments: { ms: 60, steps: 3, pause: 400 } }, undefined, {
			onprogress: ({ progress }) => seen.push(progress),
		});
		expect(seen).toEqual([1, 2, 3]);
	});

	it('cancels what it takes back, and nothing else', async () => {
		const effects = Number(await texts(client, 'test_effects'));
		const controller = new AbortController();
		const taken = client.callTool({ name: 'test_slow', arguments: { ms: 300 } }, undefined, {
			signal: controller.signal,
		});
		const kept = client.callTool({ name: 'test_slow', arguments: { ms: 300 } });
		setTimeout(() => controller.abort(), 50);
		await expect(taken).rejects.toThrow();
		expect(textOf(await kept)).toBe('done');
		await sleep(100);
		expect(Number(await texts(client, 'test_effects'))).toBe(effects + 1);
	});

	it('puts a question to its human, and says its roots', async () => {
		expect(await texts(client, 'test_elicit')).toBe('accept');
		expect(JSON.parse(await texts(client, 'test_roots'))).toEqual(['/work/here']);
	});

	it('gets a fault that says what to do, and the next call works', async () => {
		expect(await client.callTool({ name: 'no_such', arguments: {} })).toMatchObject({
			isError: true,
			_meta: { 'switchboard/fault': { kind: 'not_found' } },
		});
		expect(await client.callTool({ name: 'job_status', arguments: { nonsense: 1 } })).toMatchObject({
			isError: true,
			_meta: { 'switchboard/fault': { kind: 'invalid_input' } },
		});
		await expect(client.request({ method: 'no/such' }, Loose)).rejects.toMatchObject({ code: -32601 });
		expect(await texts(client, 'test_echo', { text: 'still here' })).toBe('still here');
	});

	it('lists and reads the files of its Session, and of no other', async () => {
		const uri = await texts(client, 'test_file', { text: `file over ${road}` });
		expect(await client.listResources()).toMatchObject({ resources: [{ uri, name: 'hello.txt' }] });
		expect(await client.readResource({ uri })).toMatchObject({ contents: [{ uri, text: `file over ${road}` }] });
		const other = await v1Host(road, home);
		expect((await other.listResources()).resources).toEqual([]);
		await expect(other.readResource({ uri })).rejects.toMatchObject({ code: -32002 });
		await other.close();
	});

	it('may ask for prompts, templates and a log level, and ping', async () => {
		expect((await client.listPrompts()).prompts).toEqual([]);
		expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
		expect(await client.setLoggingLevel('warning')).toEqual({});
		expect(await client.ping()).toEqual({});
	});

	it('does an instruction and gets the Envelope', async () => {
		const result = await client.callTool({ name: 'ask', arguments: { instruction: 'test_echo hello there' } });
		expect(result).toMatchObject({
			content: [{ type: 'text', text: 'hello there' }],
			structuredContent: {
				status: 'done',
				by: 'offline',
				steps: [{ skill: 'test_echo', status: 'done' }],
				provenance: [{ agent: 'test' }],
			},
		});
	});

	it('fetches a held call as a job once the owner has said yes', async () => {
		const held = (await client.callTool({ name: 'test_held', arguments: {} })) as {
			_meta: Record<string, { job: string; kind: string }>;
		};
		const { job, kind } = held._meta['switchboard/fault'] ?? {};
		expect(kind).toBe('pending');
		expect(await client.callTool({ name: 'job_status', arguments: { job } })).toMatchObject({
			structuredContent: { job, state: 'waiting' },
		});
		const result = client.callTool({ name: 'job_result', arguments: { job } });
		const [approval] = JSON.parse((await home.run('approvals', '--json')).stdout) as { id: string; job: string }[];
		expect(approval?.job).toBe(job);
		expect((await home.run('approve', approval?.id ?? '')).stdout).toContain('sent');
		expect(await result).toMatchObject({
			content: [{ text: 'sent' }],
			structuredContent: { job, state: 'done', skill: 'test_held' },
		});
	});
});

it('tells of a changed list at most once a second', async () => {
	const client = await v1Host('stdio', home);
	let told = 0;
	client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
		told += 1;
	});
	await client.callTool({ name: 'test_change', arguments: {} });
	await client.callTool({ name: 'test_change', arguments: {} });
	await sleep(1_300);
	expect(told).toBe(2);
	await client.close();
});

it('keeps two hosts apart', async () => {
	const [one, two] = await Promise.all([v1Host('stdio', home), v1Host('http', home)]);
	expect(await texts(one, 'test_session')).not.toBe(await texts(two, 'test_session'));
	expect(await texts(one, 'test_session')).toBe(await texts(one, 'test_session'));
	await Promise.all([one.close(), two.close()]);
});

it('goes on with a call whose host has gone away', async () => {
	const client = await v1Host('stdio', home);
	const effects = Number(await texts(client, 'test_effects'));
	void client.callTool({ name: 'test_slow', arguments: { ms: 400 } }).catch(() => {});
	await sleep(100);
	await client.close();
	const other = await v1Host('stdio', home);
	await until(async () => Number(await texts(other, 'test_effects')) === effects + 1);
	await other.close();
});

describe.each(['legacy', 'auto'] as const)('a v2 host that negotiates %s', (mode) => {
	it.each(['stdio', 'http'] as const)('is served over %s', async (road) => {
		const client = await v2Host(road, home, mode);
		expect((await client.listTools()).tools.map(({ name }) => name)).toContain('test_echo');
		expect(textOf(await client.callTool({ name: 'test_echo', arguments: { text: 'hello' } }))).toBe('hello');
		await client.close();
	});
});

it('leaves only the daemon when all hosts have closed', async () => {
	await until(async () => (await processesOf(home.folder)).length === 1);
});
