import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { answer, folder, type Outcome, start } from './support.ts';

describe('a command', () => {
	it('that writes without end is ended, in bounded memory', async () => {
		const agent = await start([folder()]);
		const before = process.memoryUsage().rss;
		const outcome = await answer<Outcome>(agent, 'shell_run', { command: 'yes', timeout: 20 });
		expect(outcome).toMatchObject({ outputLimited: true, timedOut: false });
		expect(process.memoryUsage().rss - before).toBeLessThan(96e6);
	});

	it('tells its progress while it runs', async () => {
		const root = folder();
		const agent = await start([root]);
		const command = { command: 'for i in 1 2 3; do echo step $i; sleep 0.3; done' };
		const { digest } = await agent.prepare('shell_run', command);
		const call = { id: 'p1', session: 'test', principal: 'owner', roots: [root], digest };
		const told: string[] = [];
		await agent.client.callTool(
			{ name: 'shell_run', arguments: command, _meta: { 'switchboard/call': call } },
			{ onprogress: ({ message }) => void told.push(message ?? '') },
		);
		expect(told.length).toBeGreaterThanOrEqual(2);
		expect(told[0]).toContain('step 1');
	});

	it('is shown before it runs: the line, the programs behind it, the folder and the sandbox', async () => {
		const root = folder({ 'a/b.txt': '' });
		const agent = await start([root]);
		const prepared = await agent.prepare('shell_run', { command: 'git status && env FOO=1 make > out.txt', cwd: 'a' });
		expect(prepared).toMatchObject({
			effect: 'execute',
			targets: [
				{ kind: 'command', value: 'git status' },
				{ kind: 'command', value: 'env FOO=1 make' },
				{ kind: 'command', value: 'make' },
				{ kind: 'path', value: 'out.txt' },
				{ kind: 'path', value: join(root, 'a') },
			],
		});
		expect(prepared.preview).toContain('git status && env FOO=1 make > out.txt');
		expect(prepared.preview).toMatch(/runs git \(\/\S*bin\/git\)/);
		expect(prepared.preview).toContain(`in ${join(root, 'a')}`);
		expect(prepared.preview).toContain('in a sandbox, without network');
		expect(existsSync(join(root, 'a/out.txt'))).toBe(false);
		expect((await agent.prepare('shell_run', { argv: ['ls', '-l'] })).targets[0]).toEqual({
			kind: 'command',
			value: 'ls -l',
		});
	});

	it('that cannot run is refused with the reason', async () => {
		const root = folder({ 'a.txt': '', 'not-a-program.sh': 'echo hi' });
		const agent = await start([root]);
		expect(await agent.fault('shell_run', { argv: ['no-such-program'] })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('shell_run', { argv: ['./not-a-program.sh'] })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('shell_run', { command: 'ls', cwd: '/etc' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('shell_run', { command: 'ls', cwd: 'a.txt' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('shell_run', { command: 'ls', cwd: 'gone' })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('shell_run', {})).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('shell_run', { command: 'ls', argv: ['ls'] })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('shell_run', { command: `echo ${'A'.repeat(200_000)}` })).toMatchObject({
			kind: 'invalid_input',
		});
		const bare = await start([root], { config: { sandbox: 'off' } });
		expect(
			await bare.fault('shell_run', { argv: ['echo', ...Array.from({ length: 800 }, () => 'x'.repeat(3000))] }),
		).toMatchObject({
			kind: 'too_large',
		});
	});

	it('finds no program that was planted in a root', async () => {
		const root = folder({ 'bin/git': '#!/bin/sh\necho planted' });
		execFileSync('chmod', ['+x', join(root, 'bin/git')]);
		const path = process.env.PATH;
		process.env.PATH = `${join(root, 'bin')}:.:${path}`;
		const agent = await start([root]);
		const outcome = await answer<Outcome>(agent, 'shell_run', { argv: ['git', '--version'] });
		process.env.PATH = path;
		expect(outcome.stdout).toContain('git version');
	});
});

it('renders a command as a person would read it', async () => {
	const agent = await start([folder()]);
	const text = textOf(await agent.call('shell_run', { command: 'echo out; echo err >&2; exit 2' }));
	expect(text).toMatch(/^out\n\[stderr\]\nerr\n\[exit code 2 after \d+ ms\]$/);
});
