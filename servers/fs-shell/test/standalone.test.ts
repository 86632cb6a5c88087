import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { textOf } from '@switchboard/kit/testing';
import { expect, it } from 'vitest';
import { folder, start } from './support.ts';

it('starts alone in a host, works in the folder it was given, and does nothing graver than a write unasked', async () => {
	const root = folder({ 'a.txt': 'hello' });
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: ['--conditions=@switchboard/source', fileURLToPath(new URL('../src/main.ts', import.meta.url)), root],
		env: { PATH: process.env.PATH ?? '', HOME: folder(), SWITCHBOARD_STATE: folder(), SWITCHBOARD_LOG: 'silent' },
		stderr: 'ignore',
	});
	const client = new Client({ name: 'host', version: '1.0.0' });
	await client.connect(transport);
	const call = async (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
	const { tools } = await client.listTools();
	expect(tools.map(({ name }) => name)).toContain('fs_edit');
	expect(tools.find(({ name }) => name === 'fs_read')?.annotations).toMatchObject({ readOnlyHint: true });
	expect((await call('fs_read', { path: 'a.txt' })).structuredContent).toMatchObject({ text: 'hello' });
	expect((await call('fs_write', { path: 'b.txt', text: 'x' })).isError ?? false).toBe(false);
	expect((await call('fs_remove', { paths: ['b.txt'] })).isError ?? false).toBe(false);
	for (const [name, args] of [
		['fs_remove', { paths: ['a.txt'], forever: true }],
		['shell_run', { command: 'touch made' }],
	] as const) {
		expect(await call(name, args)).toMatchObject({ isError: true, _meta: { 'switchboard/fault': { kind: 'denied' } } });
	}
	expect(existsSync(join(root, 'a.txt'))).toBe(true);
	expect(existsSync(join(root, 'made'))).toBe(false);
	await client.close();
});

it('asks its owner about a command, shows it, and runs it after a yes alone', async () => {
	const root = folder();
	const asked: string[] = [];
	let isYes = false;
	const elicit = (message: string): boolean => {
		asked.push(message);
		return isYes;
	};
	const agent = await start([], { caller: 'standalone', config: { roots: [root] }, elicit });
	expect(await agent.fault('shell_run', { command: 'touch made' })).toMatchObject({ kind: 'denied' });
	expect(existsSync(join(root, 'made'))).toBe(false);
	isYes = true;
	expect(textOf(await agent.call('shell_run', { command: 'touch made' }))).toContain('exit code 0');
	expect(existsSync(join(root, 'made'))).toBe(true);
	expect(asked[0]).toContain('touch made');
	expect(asked[0]).toContain(root);
});
