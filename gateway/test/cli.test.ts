import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { createTestHome, processesOf, programArgs, type TestHome, until } from './support/programs.ts';
import { rawHost } from './support/raw-host.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let home: TestHome;
beforeAll(() => {
	home = createTestHome();
});
afterAll(() => home.end());

async function json<T>(...args: readonly string[]): Promise<T> {
	const { stdout } = await home.run(...args, '--json');
	return JSON.parse(stdout) as T;
}

describe('a command line', () => {
	it('without a daemon says so, and starts one only where it is needed', async () => {
		expect(await home.run('status')).toMatchObject({
			code: 6,
			stdout: expect.stringContaining('No daemon is running'),
		});
		expect(await home.run('stop')).toMatchObject({ code: 0, stdout: 'No daemon was running.\n' });
		expect(await processesOf(home.folder)).toEqual([]);
		expect((await home.run('agents')).stdout).toMatch(/^AGENT\s+STATE/);
		expect(await json('status')).toMatchObject({
			state: 'ready',
			pid: home.daemonPid(),
			hosts: 0,
			urls: { mcp: `${home.url()}/mcp` },
		});
	});

	it('has help with an example for every command', async () => {
		const overview = (await home.run('help')).stdout;
		for (const [name, load] of Object.entries(commands)) {
			const command = await load();
			expect(command.name).toBe(name);
			expect(overview).toContain(`  ${name} `);
			expect(command.summary.length).toBeLessThan(90);
		}
		const { code, stdout } = await home.run('audit', '--help');
		expect(code).toBe(0);
		expect(stdout).toMatch(/Example: .*audit query --agent fs-shell/);
		expect(stdout).toContain('--since WHEN');
	});

	it('ends with 2 and says where the mistake is', async () => {
		const mistakes = [
			['nonsense'],
			['call'],
			['ask'],
			['call', '--nope'],
			['jobs', 'nope'],
			['audit', 'query', '--status', 'nope'],
			['audit', 'query', '--since', 'nope'],
			['call', 'test_echo', 'nope'],
			['call', 'test_echo', '--args', '[1]'],
			['call', 'test_echo', '{"text":'],
		];
		const ended = await Promise.all(mistakes.map((args) => home.run(...args)));
		for (const [index, { code, stdout, stderr }] of ended.entries()) {
			expect([mistakes[index], code, stdout]).toEqual([mistakes[index], 2, '']);
			expect(stderr).not.toBe('');
			expect(stderr).not.toContain('    at ');
		}
	});

	it('names the help of the very command in its hint, and fails in JSON where that was promised', async () => {
		expect((await home.run('call')).stderr).toMatch(/See .*switchboard -- call --help\n$/);
		const { code, stdout } = await home.run('ask', '--nope', '--json');
		expect(code).toBe(2);
		expect(JSON.parse(stdout)).toMatchObject({ error: { message: "Unknown option '--nope'." } });
	});

	it('ends quietly when nobody reads on', async () => {
		const child = home.start('skills');
		child.stdout?.destroy();
		let said = '';
		child.stderr?.on('data', (chunk: Buffer) => {
			said += chunk;
		});
		await until(() => child.exitCode !== null);
		expect([child.exitCode, said]).toEqual([0, '']);
	});

	it('says that there is nothing, in words', async () => {
		expect(await home.run('skills', '--agent', 'nobody')).toMatchObject({
			code: 5,
			stderr: expect.stringContaining('No Agent named nobody'),
		});
	});

	it('prints no colours where nobody sees them, and one document with --json also when it fails', async () => {
		expect((await home.run('agents')).stdout).not.toContain('\u001b');
		const { code, stdout, stderr } = await home.run('jobs', 'show', 'job_nope', '--json');
		expect(code).toBe(5);
		expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'not_found' } });
		expect(stderr).toContain('no job of this id');
	});
});

describe('a call', () => {
	it('takes arguments as pairs, typed by the Skill’s schema, or as JSON, also from stdin', async () => {
		expect((await home.run('call', 'test_echo', 'text=42')).stdout).toBe('42\n');
		expect(await json('call', 'test_echo', '--args', '{"text":"from json"}')).toMatchObject({
			status: 'done',
			result: { structuredContent: { text: 'from json' } },
		});
		expect((await home.run('call', 'test_echo', '{"text": "as JSON"}')).stdout).toBe('as JSON\n');
		const slow = await json<{ result: object }>('call', 'test_slow', 'ms=1', 'steps=2');
		expect(slow.result).toMatchObject({ content: [{ text: 'done' }] });
	});

	it('that cannot be made ends as its fault says', async () => {
		const { code, stdout, stderr } = await home.run('call', 'no_such');
		expect([code, stdout]).toEqual([5, '']);
		expect(stderr).toMatch(/^call: There is no such Skill/);
		expect(await json('call', 'no_such')).toMatchObject({ status: 'failed', fault: { kind: 'not_found' } });
	});

	it('keeps escapes of others off the terminal', async () => {
		const { stdout } = await home.run('call', 'test_echo', '--args', JSON.stringify({ text: 'a\u001b[2Jb\u202ec' }));
		expect(stdout).toBe('abc\n');
	});

	it('that is held says how to answer it, and ends with 3', async () => {
		const { code, stderr } = await home.run('call', 'test_held');
		expect(code).toBe(3);
		const [, id = ''] = /approve (a_[\w-]+)/.exec(stderr) ?? [];
		expect(stderr).toContain('Send it to ann@example.com?');
		expect((await home.run('approvals')).stdout).toContain(id);
		expect(await home.run('approve', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('sent') });
		expect(await home.run('approve', id)).toMatchObject({
			code: 5,
			stderr: expect.stringContaining('No question of this id is open'),
		});
	});

	it('that is denied ends with 4 for whoever waits for its job', async () => {
		await home.run('call', 'test_held');
		const [approval] = await json<{ id: string; job: string }[]>('approvals');
		expect((await home.run('deny', approval?.id ?? '')).code).toBe(0);
		expect((await home.run('jobs', 'wait', approval?.job ?? '')).code).toBe(4);
		expect((await home.run('jobs')).stdout).toContain('denied');
	});
});

describe.skipIf(!existsSync('/usr/bin/script'))('at a terminal', () => {
	/** Types these keys once the question is there; `script` lends the terminal. */
	async function typed(keys: string): Promise<{ readonly code: number | null; readonly screen: string }> {
		const words = [process.execPath, ...programArgs, 'call', 'test_held'].map((word) => `'${word}'`).join(' ');
		const child = spawn('/usr/bin/script', ['-qec', words, '/dev/null'], {
			env: { ...home.env, TERM: 'xterm' },
			cwd: home.folder,
		});
		let screen = '';
		child.stdout.on('data', (chunk: Buffer) => {
			const isNew = !screen.includes('[y/N]');
			screen += chunk;
			if (isNew && screen.includes('[y/N]')) child.stdin.write(keys);
		});
		const code = await new Promise<number | null>((ended) => child.once('exit', ended));
		return { code, screen };
	}

	it('a held call is asked about there, and runs after a yes', async () => {
		const { code, screen } = await typed('y\r');
		expect(screen).toContain('Send it to ann@example.com?');
		expect(screen).toContain('sent');
		expect(code).toBe(0);
	});

	it('anything but a yes is a no', async () => {
		expect((await typed('\r')).code).toBe(4);
	});

	it('Ctrl-C leaves the question open', async () => {
		const before = (await json<object[]>('approvals')).length;
		expect((await typed('\u0003')).code).toBe(3);
		expect((await json<object[]>('approvals')).length).toBe(before + 1);
	});
});

describe('an instruction', () => {
	it('is answered with what was understood, what ran and where it came from', async () => {
		const { code, stdout } = await home.run('ask', 'test_echo', 'good', 'morning');
		expect(code).toBe(0);
		expect(stdout).toMatch(
			/^good morning\n\nUnderstood offline, without a model:\n✓ 1\. “.*” → test_echo of test, \d+ ms\n$/,
		);
		expect(await json('ask', 'test_echo hi')).toMatchObject({ status: 'done', answer: 'hi' });
	});

	it('can be asked about without being done', async () => {
		const before = (await json<{ seq: number }[]>('audit', 'tail')).length;
		expect((await home.run('route', 'test_echo hi', '--explain')).stdout).toContain('nothing here does this');
		expect((await json<{ seq: number }[]>('audit', 'tail')).length).toBe(before);
	});

	it('run ends with the lines that connect each host and stop the daemon', async () => {
		const { code, stdout } = await home.run('run', 'test_echo hi');
		expect(code).toBe(0);
		for (const line of ['connect claude-desktop', 'connect claude-code', 'connect cursor', 'connect vscode'])
			expect(stdout).toContain(`npm run -s switchboard -- ${line}\n`);
		expect(stdout.trimEnd()).toMatch(/npm run -s switchboard -- stop$/);
		expect(stdout).toContain('its name was said');
		expect(stdout).toContain('Agents that ran for real: test (test_echo).');
		expect(await json('run', 'test_echo hi')).toMatchObject({
			instruction: 'test_echo hi',
			ran: ['test'],
			unable: [],
			stop: expect.stringContaining('stop'),
		});
	});

	it('run leaves what needs approval waiting, says how to answer, and has done its part', async () => {
		const { code, stdout } = await home.run('run', 'test_held');
		expect(code).toBe(0);
		expect(stdout).toMatch(/approve a_/);
	});

	it('that nothing serves makes run fail', async () => {
		expect((await home.run('run', 'no_such')).code).toBe(1);
	});
});

describe('the rest', () => {
	it('lists and closes Sessions', async () => {
		const [session] = await json<{ id: string; host: string; folder: string }[]>('sessions');
		expect(session).toMatchObject({ host: 'cli', folder: home.folder });
		expect((await home.run('sessions', 'show', session?.id ?? '')).stdout).toContain('call  ');
		expect((await home.run('sessions', 'close', session?.id ?? '')).code).toBe(0);
		expect((await home.run('sessions', 'show', session?.id ?? '')).code).toBe(5);
	});

	it('searches, verifies and follows the audit', async () => {
		expect(await json<object[]>('audit', 'query', '--skill', 'test_echo', '--status', 'done')).not.toEqual([]);
		expect(await json('audit', 'verify')).toMatchObject({ records: expect.any(Number) });
		const following = home.start('audit', 'tail', '-f', '-n', '0', '--json');
		const lines = rawHost(following).lines;
		await until(async () => {
			await home.run('call', 'test_echo', 'text=followed');
			return lines.length > 0;
		});
		expect(lines[0]).toMatchObject({ skill: 'test_echo', status: 'done' });
		following.kill('SIGINT');
		await until(() => following.exitCode === 0);
	});

	it('shows a Skill, and what the daemon logged', async () => {
		expect((await home.run('skills', 'test_echo')).stdout).toContain('Does test_echo.');
		expect((await home.run('skills')).stdout).toContain('test_slow');
		expect((await home.run('logs')).stdout).toContain('daemon ready');
		expect((await home.run('logs', '--path')).stdout).toBe(`${join(home.folder, 'daemon.log')}\n`);
		expect((await home.run('logs', '../../etc/passwd')).code).toBe(2);
	});

	it('is cancelled in the daemon when it is interrupted', async () => {
		const effects = (await home.run('call', 'test_effects')).stdout;
		const child = home.start('call', 'test_slow', 'ms=1500');
		await until(async () => (await json<{ skill: string }[]>('sessions')).length > 0);
		await new Promise((later) => setTimeout(later, 700));
		child.kill('SIGINT');
		await until(() => child.exitCode === 130);
		await new Promise((later) => setTimeout(later, 1_200));
		expect((await home.run('call', 'test_effects')).stdout).toBe(effects);
	});

	it('serve says that another one runs', async () => {
		expect(await home.run('serve')).toMatchObject({ code: 0, stderr: expect.stringContaining('runs already') });
	});

	it('stop ends it all, also a daemon that hangs', async () => {
		const pid = home.daemonPid();
		process.kill(pid, 'SIGSTOP');
		expect((await home.run('stop', '--force')).code).toBe(0);
		expect(await processesOf(home.folder)).toEqual([]);
		expect(existsSync(join(home.folder, 'daemon.log'))).toBe(true);
		expect(readFileSync(join(home.folder, 'token'), 'utf8')).not.toBe('');
	});
});
