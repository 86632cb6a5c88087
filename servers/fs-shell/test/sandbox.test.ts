import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, folder, type Outcome, start } from './support.ts';

describe('the sandbox', () => {
	it('shows the system read-only, the roots, and nothing else', async () => {
		const base = folder({ 'in/a.txt': 'a', 'outside/secret.txt': 'SECRET' });
		const root = join(base, 'in');
		const agent = await start([root]);
		const run = (command: string): Promise<Outcome> => answer(agent, 'shell_run', { command });
		expect((await run(`cat ${base}/outside/secret.txt`)).stderr).toContain('No such file');
		expect((await run('cat /etc/shadow')).exitCode).not.toBe(0);
		// Only the way to Node itself, where that lies there.
		const shown = (await run('ls -A /root /home | grep -v -e : -e ^$')).stdout.split('\n').filter(Boolean);
		expect(shown.filter((name) => !realpathSync(process.execPath).split('/').includes(name))).toEqual([]);
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
