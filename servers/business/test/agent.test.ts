import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect, textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { business } from '../src/agent.ts';
import { temporaryFolder } from './support/store.ts';

describe('started directly by a host', () => {
	it('writes what can be undone unasked, and asks before it deletes', async () => {
		const asked: string[] = [];
		const agent = await connect(business, {
			caller: 'standalone',
			elicit(message) {
				asked.push(message);
				return asked.length > 1;
			},
		});
		const { structuredContent } = await agent.call('contact_add', { name: 'Ada Example' });
		expect(asked).toEqual([]);
		const ops = [{ op: 'delete', ref: structuredContent?.ref, version: '1' }];
		const planned = (await agent.call('biz_preview', { ops })).structuredContent as Record<string, unknown>;
		const apply = { changeId: planned.changeId, hash: planned.hash };
		expect(await agent.fault('biz_apply', apply)).toMatchObject({ kind: 'denied' });
		expect(asked[0]).toContain('delete contact Ada Example');
		expect(textOf(await agent.call('biz_apply', apply))).toContain('Applied.');
		await agent.close();
	});

	it('refuses what it may not do where nobody can be asked', async () => {
		const agent = await connect(business, { caller: 'standalone' });
		const { structuredContent } = await agent.call('contact_add', { name: 'Ada Example' });
		const ops = [{ op: 'delete', ref: structuredContent?.ref, version: '1' }];
		const { changeId, hash } = (await agent.call('biz_preview', { ops })).structuredContent as Record<string, unknown>;
		expect(await agent.fault('biz_apply', { changeId, hash })).toMatchObject({ kind: 'denied' });
		await agent.close();
	});

	it('answers over stdio as a program, leaves nothing behind before the first call, and ends with its host', async () => {
		const { folder, remove } = temporaryFolder();
		const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
		const env = {
			PATH: process.env.PATH,
			HOME: folder,
			SWITCHBOARD_STATE: `${folder}/state`,
			SWITCHBOARD_LOG: 'silent',
		};
		const child = spawn(process.execPath, ['--conditions=@switchboard/source', program], {
			env,
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		const exited = new Promise((resolve) => child.once('exit', resolve));
		const init = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
		const messages = [
			{ jsonrpc: '2.0', id: 1, method: 'initialize', params: init },
			{ jsonrpc: '2.0', method: 'notifications/initialized' },
			{
				jsonrpc: '2.0',
				id: 2,
				method: 'tools/call',
				params: { name: 'contact_add', arguments: { name: 'Ada Example' } },
			},
		];
		child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
		let out = '';
		for await (const chunk of child.stdout) {
			out += chunk;
			if (out.includes('"id":2')) child.stdin.end();
		}
		await exited;
		const answers = out
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { id: number; result: unknown });
		expect(answers.find(({ id }) => id === 2)?.result).toMatchObject({ structuredContent: { status: 'created' } });
		remove();
	});
});

describe('its Skills', () => {
	it('are few, and cost a host little to read', async () => {
		const agent = await connect(business);
		const { tools } = await agent.client.listTools();
		expect(tools.length).toBeLessThan(18);
		expect(JSON.stringify(tools).length).toBeLessThan(23_000);
		await agent.close();
	});

	it('say which configuration is wrong, and where', () => {
		const problems = business.config.safeParse({
			currency: 'EURO',
			connections: [{ id: 'crm', kind: 'openapi', document: 'x', auth: { key: 'plain-secret' } }],
			allowOrigins: ['http://127.0.0.1/path'],
		});
		expect(problems.error?.issues.map(({ path }) => path.join('.'))).toEqual([
			'currency',
			'connections.0.id',
			'connections.0.auth.key',
			'allowOrigins.0',
		]);
		expect(JSON.stringify(problems.error?.issues)).not.toContain('plain-secret');
	});
});
