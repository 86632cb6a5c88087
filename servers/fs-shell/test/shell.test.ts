import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, folder, type Outcome, start } from './support.ts';

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
		// The command's own child would have held it for hours.
		expect(outcome.durationMs).toBeLessThan(20_000);
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
