import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSwitchboard, type Switchboard } from '../support/switchboard.ts';

let switchboard: Switchboard;
beforeEach(() => {
	switchboard = createSwitchboard();
});
afterEach(() => switchboard.close());

const ours = (role: RegExp) => switchboard.processes().filter(({ command }) => role.test(command));
const daemons = /main\.ts serve/;
const shims = /main\.ts stdio/;
const agents = /servers\/[a-z-]+\/src\/main\.ts/;

describe('hosts that come and go', () => {
	it('five at once share one daemon and one process per used Agent', async () => {
		const hosts = await Promise.all(Array.from({ length: 5 }, () => switchboard.stdio()));
		writeFileSync(join(switchboard.work, 'a.txt'), 'hello');
		const answers = await Promise.all(hosts.map((host) => host.call('fs_read', { path: 'a.txt' })));
		expect(answers.map((answer) => (answer.structuredContent as { text: string }).text)).toEqual(
			Array(5).fill('hello'),
		);
		expect(ours(daemons)).toHaveLength(1);
		expect(ours(shims)).toHaveLength(5);
		expect(ours(/servers\/fs-shell/)).toHaveLength(1);
	});

	it('killed with SIGKILL leave nothing but the daemon and its Agents, and stop leaves none', async () => {
		const hosts = await Promise.all([switchboard.stdio(), switchboard.stdio()]);
		await hosts[0]?.client.listTools();
		for (const { pid } of hosts) if (pid !== undefined) process.kill(pid, 'SIGKILL');
		await expect.poll(() => ours(shims), { timeout: 10_000 }).toEqual([]);
		expect(ours(daemons)).toHaveLength(1);
		expect(switchboard.processes().every(({ command }) => daemons.test(command) || agents.test(command))).toBe(true);
		expect((await switchboard.run(['stop'])).code).toBe(0);
		await expect.poll(() => switchboard.processes(), { timeout: 15_000 }).toEqual([]);
	});

	it('keep their connection when the daemon is killed, and the next call works', async () => {
		const host = await switchboard.stdio();
		await host.client.listTools();
		for (const { pid } of ours(daemons)) process.kill(pid, 'SIGKILL');
		await expect
			.poll(async () => (await host.call('fs_roots').catch(() => ({ isError: true }))).isError ?? false, {
				timeout: 20_000,
			})
			.toBe(false);
		await expect.poll(() => ours(daemons), { timeout: 10_000 }).toHaveLength(1);
	});

	it('orphan no Agent when the daemon is killed', async () => {
		const host = await switchboard.stdio();
		await host.client.listTools();
		await host.close();
		for (const { pid } of ours(daemons)) process.kill(pid, 'SIGKILL');
		await expect.poll(() => switchboard.processes(), { timeout: 15_000 }).toEqual([]);
	});
});

describe('a host started by its configuration', () => {
	it('lists all Skills by the very command that connect prints, with nothing but PATH and HOME', async () => {
		const file = join(switchboard.home, 'claude_desktop_config.json');
		const printed = await switchboard.run([
			'connect',
			'claude-desktop',
			'--print',
			'--file',
			file,
			'--folder',
			switchboard.work,
		]);
		expect(printed.code).toBe(0);
		const [entry] = Object.values(
			(
				JSON.parse(printed.stdout) as {
					mcpServers: Record<string, { command: string; args: string[]; env?: Record<string, string> }>;
				}
			).mcpServers,
		);
		if (entry === undefined) throw new Error('nothing printed');
		const client = new Client({ name: 'claude-desktop', version: '1.0.0' });
		const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...entry.env };
		await client.connect(
			new StdioClientTransport({ command: entry.command, args: entry.args, env, cwd: '/', stderr: 'ignore' }) as never,
		);
		const { tools } = await client.listTools();
		const names = tools.map(({ name }) => name);
		for (const name of ['fs_read', 'browser_open', 'msg_send', 'biz_search', 'ask', 'job_result'])
			expect(names).toContain(name);
		const read = await client.callTool({ name: 'fs_list', arguments: { path: '.' } });
		expect(read.isError ?? false).toBe(false);
		await client.close();
	});

	it.each([
		['claude-desktop', '{\r\n  "theme": "dark",\r\n  "mcpServers": {"other": {"command": "x"}}\r\n}'],
		['claude-code', '{"numStartups": 3, "projects": {"/p": {"x": [1,2]}}}\n'],
		['cursor', '{\n\t"mcpServers": {\n\t\t"a": { "command": "b", "args": [] }\n\t}\n}\n'],
		['vscode', '{\n  // kept\n  "servers": {},\n  "inputs": []\n}'],
	])('%s gets its configuration back as it was', async (host, before) => {
		const file = join(switchboard.work, `${host}.json`);
		writeFileSync(file, before);
		expect((await switchboard.run(['connect', host, '--file', file])).code).toBe(0);
		const connected = readFileSync(file, 'utf8');
		expect(connected).toContain('switchboard');
		expect((await switchboard.run(['connect', host, '--file', file])).code).toBe(0);
		expect(readFileSync(file, 'utf8')).toBe(connected);
		expect((await switchboard.run(['connect', host, '--file', file, '--remove'])).code).toBe(0);
		expect(readFileSync(file, 'utf8')).toBe(before);
	});
});
