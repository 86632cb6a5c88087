import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

interface Outcome {
	readonly exitCode?: number;
	readonly signal?: string;
	readonly timedOut: boolean;
	readonly outputLimited: boolean;
	readonly stdout: string;
	readonly stderr: string;
	readonly stdoutBytes: number;
	readonly stdoutArtifact?: string;
	readonly durationMs: number;
	readonly sandbox: string;
}

/** Processes of this machine whose command line holds a word. */
function processesWith(word: string): string[] {
	return readdirSync('/proc').filter((pid) => {
		try {
			return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
		} catch {
			return false;
		}
	});
}

describe.each([
	['in the sandbox', 'require', 'bubblewrap'],
	['without a sandbox', 'off', 'unavailable'],
] as const)('shell_run %s', (_, sandbox, state) => {
	const run = async (root: string, args: Record<string, unknown>): Promise<Outcome> =>
		answer(await start([root], { config: { sandbox } }), 'shell_run', args);

	it('runs a program or a line and answers whatever exit code comes', async () => {
		const root = folder({ 'a.txt': 'hello' });
		expect(await run(root, { argv: ['cat', 'a.txt'] })).toMatchObject({
			exitCode: 0,
			stdout: 'hello',
			timedOut: false,
			sandbox: state,
		});
		expect(await run(root, { command: 'cat a.txt | tr a-z A-Z; echo oops >&2; exit 3' })).toMatchObject({
			exitCode: 3,
			stdout: 'HELLO',
			stderr: 'oops\n',
		});
		expect(await run(root, { argv: ['echo', '$(id)', ';', 'x'] })).toMatchObject({ stdout: '$(id) ; x\n' });
		expect(await run(root, { argv: ['node', '-p', '1+1'] })).toMatchObject({ stdout: '2\n' });
		expect(await run(root, { command: 'cat', stdin: 'from here\n' })).toMatchObject({ stdout: 'from here\n' });
		expect(await run(root, { command: 'cat' })).toMatchObject({ stdout: '', exitCode: 0 });
		expect(await run(root, { command: 'no-such-program' })).toMatchObject({ exitCode: 127 });
	});

	it('works in the folder it is told and writes to the roots', async () => {
		const root = folder({ 'sub/x.txt': '' });
		expect(await run(root, { command: 'pwd; echo made > new.txt', cwd: 'sub' })).toMatchObject({
			stdout: `${join(root, 'sub')}\n`,
		});
		expect(readFileSync(join(root, 'sub/new.txt'), 'utf8')).toBe('made\n');
	});

	it('gives a command only the environment it may have', async () => {
		process.env.VERY_SECRET_TOKEN = 'hush';
		process.env.FOR_COMMANDS = 'yes';
		const agent = await start([folder()], { config: { sandbox, env: ['FOR_COMMANDS'] } });
		const { stdout } = await answer<Outcome>(agent, 'shell_run', { command: 'env', env: { MINE: 'a b' } });
		delete process.env.VERY_SECRET_TOKEN;
		delete process.env.FOR_COMMANDS;
		expect(stdout).toContain('MINE=a b');
		expect(stdout).toContain('FOR_COMMANDS=yes');
		expect(stdout).not.toContain('hush');
		for (const name of ['LD_PRELOAD', 'BASH_ENV', 'GIT_CONFIG_COUNT', 'NODE_OPTIONS', 'PATH']) {
			expect(await agent.fault('shell_run', { command: 'ls', env: { [name]: 'x' } }), name).toMatchObject({
				kind: 'denied',
			});
		}
	});

	it('returns at its timeout with what was written, and leaves no process', { retry: 2 }, async () => {
		const mark = `7${process.pid}${sandbox === 'off' ? 1 : 2}`;
		const line = `trap "" TERM; echo before; (trap "" TERM; setsid sleep ${mark}) & sleep ${mark} & sleep ${mark}`;
		const outcome = await run(folder(), { command: line, timeout: 0.5 });
		expect(outcome).toMatchObject({ timedOut: true, stdout: 'before\n' });
		expect(outcome.exitCode).toBeUndefined();
		expect(outcome.durationMs).toBeGreaterThanOrEqual(500);
		expect(outcome.durationMs).toBeLessThan(800);
		await expect.poll(() => processesWith(mark)).toEqual([]);
	});

	it('is not held by what a command leaves behind, and ends that', async () => {
		const mark = `8${process.pid}${sandbox === 'off' ? 1 : 2}`;
		const outcome = await run(folder(), { command: `setsid sleep ${mark} & sleep ${mark} & echo done` });
		expect(outcome).toMatchObject({ exitCode: 0, stdout: 'done\n' });
		expect(outcome.durationMs).toBeLessThan(1000);
		await expect.poll(() => processesWith(mark)).toEqual([]);
	});

	it.each(['the call is cancelled', 'the Session ends', 'the Agent stops'])('ends a command when %s', async (how) => {
		const mark = `9${process.pid}${sandbox === 'off' ? 1 : 2}`;
		const root = folder();
		const agent = await start([root], { config: { sandbox } });
		const command = { command: `sleep ${mark} & sleep ${mark}` };
		const { digest } = await agent.prepare('shell_run', command);
		const call = { id: 'c1', session: 'test', principal: 'owner', roots: [root], digest };
		const cancel = new AbortController();
		const params = { name: 'shell_run', arguments: command, _meta: { 'switchboard/call': call } };
		const running = agent.client.callTool(params, { signal: cancel.signal }).catch(() => 'ended');
		await expect.poll(() => processesWith(mark).length).toBeGreaterThan(1);
		if (how === 'the call is cancelled') cancel.abort();
		if (how === 'the Agent stops') await agent.close();
		if (how === 'the Session ends') {
			const method = 'notifications/switchboard/session_ended';
			await agent.client.notification({ method, params: { session: 'test' } } as never);
		}
		await running;
		await expect.poll(() => processesWith(mark)).toEqual([]);
	});

	it('keeps the beginning and the end of a long output, and all of it as an artifact', async () => {
		const agent = await start([folder()], { config: { sandbox } });
		const outcome = await answer<Outcome>(agent, 'shell_run', { command: 'seq 1 200000' });
		expect(outcome.stdout.startsWith('1\n2\n3\n')).toBe(true);
		expect(outcome.stdout.endsWith('199999\n200000\n')).toBe(true);
		expect(outcome.stdout.length).toBeLessThan(60_000);
		expect(outcome.stdoutBytes).toBe(1_288_895);
		const saved = await answer<{ size: number }>(agent, 'fs_write', {
			path: 'all.txt',
			artifact: outcome.stdoutArtifact,
		});
		expect(saved.size).toBe(1_288_895);
		expect(readdirSync(join(agent.stateFolder, 'output'))).toEqual([]);
	});

	it('shows no terminal control and no half characters', async () => {
		const outcome = await run(folder(), {
			command: String.raw`printf '\033]0;pwn\007\033[31mred\033[0m 10%%\r100%%\nnul:\0 bad:\377 é\n'`,
		});
		expect(outcome.stdout).toBe('100%\nnul: bad:\ufffd é\n');
	});
});

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
			await bare.fault('shell_run', { argv: ['echo', ...Array.from({ length: 900 }, () => 'x'.repeat(5000))] }),
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

describe('the sandbox', () => {
	it('shows the system read-only, the roots, and nothing else', async () => {
		const base = folder({ 'in/a.txt': 'a', 'outside/secret.txt': 'SECRET' });
		const root = join(base, 'in');
		const agent = await start([root]);
		const run = (command: string): Promise<Outcome> => answer(agent, 'shell_run', { command });
		expect((await run(`cat ${base}/outside/secret.txt`)).stderr).toContain('No such file');
		expect((await run('cat /etc/shadow')).exitCode).not.toBe(0);
		expect((await run('ls -A /root /home')).stdout).toBe('');
		expect((await run('touch /usr/x /etc/x')).exitCode).not.toBe(0);
		expect((await run('echo $HOME; touch ~/x && echo made')).stdout).toBe('/tmp/home\nmade\n');
		expect(existsSync('/tmp/home/x')).toBe(false);
		expect((await run('grep CapEff /proc/self/status')).stdout).toMatch(/CapEff:\s+0+\n/);
		expect((await run('mount -t tmpfs x /mnt || echo refused')).stdout).toContain('refused');
	});

	it('has no network, unless the owner says so, and no process but its own', async () => {
		const root = folder();
		const agent = await start([root]);
		const interfaces = 'cat /proc/net/dev | grep -c :';
		expect((await answer<Outcome>(agent, 'shell_run', { command: interfaces })).stdout).toBe('1\n');
		expect(
			(await answer<Outcome>(agent, 'shell_run', { command: 'ls -d /proc/[0-9]* | wc -l' })).stdout.trim().length,
		).toBe(1);
		const open = await start([root], { config: { network: true } });
		expect((await answer<Outcome>(open, 'shell_run', { command: interfaces })).stdout).not.toBe('1\n');
		expect((await open.prepare('shell_run', { command: 'ls' })).preview).toContain('with network');
	});

	it('keeps hooks and tasks from being written and keys from being read', async () => {
		const root = folder({
			'.git/hooks/x': '',
			'.git/config': 'c',
			'.vscode/tasks.json': '',
			'.ssh/id_rsa': 'KEY',
			'.mcp.json': '{}',
		});
		const agent = await start([root], { stateFolder: join(root, 'state') });
		const command =
			'for f in .git/hooks/new .git/config .vscode/tasks.json .mcp.json; do echo x > $f; done; cat .ssh/id_rsa; ls state; git init -q new && echo ok';
		const outcome = await answer<Outcome>(agent, 'shell_run', { command });
		expect(outcome.stdout).toBe('ok\n');
		expect(readFileSync(join(root, '.git/config'), 'utf8')).toBe('c');
		expect(readdirSync(join(root, '.git/hooks'))).toEqual(['x']);
	});

	it('leaves the roots read-only where they are', async () => {
		const root = folder({ 'a.txt': 'a' });
		const agent = await start([root], { config: { readOnly: true } });
		const outcome = await answer<Outcome>(agent, 'shell_run', { command: 'cat a.txt; echo x > a.txt' });
		expect(outcome).toMatchObject({ stdout: 'a', exitCode: 1 });
	});

	it('is told of, and asked for in vain where there is none', async () => {
		const agent = await start([folder()]);
		expect(await answer(agent, 'system_info', {})).toMatchObject({ sandbox: 'bubblewrap', network: false });
		const off = await start([folder()], { config: { sandbox: 'off' } });
		expect(await answer(off, 'system_info', {})).toMatchObject({
			sandbox: 'unavailable',
			sandboxReason: expect.any(String),
			network: true,
		});
		expect((await off.prepare('shell_run', { command: 'ls' })).preview).toContain('without a sandbox');
		const path = process.env.PATH;
		process.env.PATH = '/nowhere';
		const without = await start([folder()], { config: { sandbox: 'require' } });
		const fault = await without.fault('shell_run', { command: 'ls' });
		process.env.PATH = path;
		expect(fault).toMatchObject({
			kind: 'unavailable',
			message: expect.stringContaining('apt-get install bubblewrap'),
		});
	});
});

it('renders a command as a person would read it', async () => {
	const agent = await start([folder()]);
	const text = textOf(await agent.call('shell_run', { command: 'echo out; echo err >&2; exit 2' }));
	expect(text).toMatch(/^out\n\[stderr\]\nerr\n\[exit code 2 after \d+ ms\]$/);
});
