import { existsSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { inHome, isAlive, processesOf, until } from './support/programs.ts';
import { faultIn, rawHost, textIn } from './support/raw-host.ts';

// Real processes on a machine that others use too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const echo = { name: 'test_echo', arguments: { text: 'hello' } };

describe('one daemon', () => {
	it.concurrent(
		'is all there is when five hosts start at once, and stop leaves none',
		inHome(async (home) => {
			const hosts = Array.from({ length: 5 }, () => rawHost(home.shim()));
			await Promise.all(hosts.map((host) => host.initialize()));
			const answers = await Promise.all(hosts.map((host) => host.request('tools/call', echo)));
			expect(answers.map(textIn)).toEqual(Array(5).fill('hello'));
			const shims = hosts.map(({ child }) => child.pid);
			// Those that lost the race have gone.
			await until(async () => (await processesOf(home.folder)).length === 6);
			expect((await processesOf(home.folder)).filter((pid) => !shims.includes(pid))).toEqual([home.daemonPid()]);

			for (const { child } of hosts) child.kill('SIGKILL');
			await until(async () => (await processesOf(home.folder)).length === 1);
			expect(await processesOf(home.folder)).toEqual([home.daemonPid()]);

			expect((await home.run('stop')).code).toBe(0);
			await until(async () => (await processesOf(home.folder)).length === 0);
			expect(existsSync(join(home.folder, 'daemon.sock'))).toBe(false);
			expect(existsSync(join(home.folder, 'daemon.json'))).toBe(false);
		}),
	);

	it.concurrent(
		'keeps its socket, its token and its home to its owner',
		inHome(async (home) => {
			await rawHost(home.shim()).initialize();
			const mode = (name: string) => statSync(join(home.folder, name)).mode & 0o777;
			expect([mode('.'), mode('daemon.sock'), mode('token'), mode('daemon.json'), mode('daemon.log')]).toEqual([
				0o700, 0o600, 0o600, 0o600, 0o600,
			]);
		}),
	);

	it.concurrent(
		'takes the place of one that was killed, on the same port',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const url = home.url();
			const killed = home.daemonPid();
			process.kill(killed, 'SIGKILL');
			await until(() => !isAlive(killed));
			// Its first thread is gone, its last may still hold the socket.
			await sleep(100);
			expect(textIn(await host.request('tools/call', echo))).toBe('hello');
			expect(home.daemonPid()).not.toBe(killed);
			expect(home.url()).toBe(url);
		}),
	);

	it.concurrent(
		'says why it cannot start, to the host and to the command',
		inHome(async (home) => {
			writeFileSync(join(home.folder, 'port'), 'x');
			writeFileSync(join(home.folder, 'token'), 'short');
			const host = rawHost(home.shim());
			const answer = await host.initialize();
			expect(answer.error).toMatchObject({ message: expect.stringContaining('holds no usable token') });
			const command = await home.run('agents');
			expect(command.code).toBe(6);
			expect(command.stderr).toContain('holds no usable token');
		}),
	);

	it.concurrent(
		'answers a stranger on its socket by hanging up',
		inHome(async (home) => {
			await rawHost(home.shim()).initialize();
			const socket = connect(join(home.folder, 'daemon.sock'));
			let answer = '';
			socket.on('data', (chunk) => {
				answer += chunk;
			});
			socket.write('GET / HTTP/1.1\r\n\r\n');
			await new Promise((closed) => socket.once('close', closed));
			expect(answer).toContain('refused');
		}),
	);
});

describe('a host whose daemon ends', () => {
	it.concurrent(
		'keeps its connection when the daemon is killed, and is told of the call that was under way',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const slow = host.request('tools/call', { name: 'test_slow', arguments: { ms: 20_000 } });
			const before = await host.request('tools/call', { name: 'test_session', arguments: {} });
			process.kill(home.daemonPid(), 'SIGKILL');
			expect(faultIn(await slow)).toBe('unknown_outcome');
			expect(textIn(await host.request('tools/call', echo))).toBe('hello');
			expect(textIn(before)).not.toBe('');
			expect(host.child.exitCode).toBe(null);
			// Introduced again behind the host's back: it hears of that only that the tools may differ.
			expect(host.lines.filter(({ id }) => id === 0)).toHaveLength(1);
			expect(host.lines.some(({ method }) => method === 'notifications/tools/list_changed')).toBe(true);
		}),
	);

	it.concurrent(
		'has what it asked for without effect asked again',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			process.kill(home.daemonPid(), 'SIGSTOP');
			const list = host.request('tools/list');
			await sleep(100);
			process.kill(home.daemonPid(), 'SIGKILL');
			expect((await list).result).toMatchObject({
				tools: expect.arrayContaining([expect.objectContaining({ name: 'test_echo' })]),
			});
		}),
	);

	it.concurrent(
		'is answered a ping, without starting a daemon that was stopped',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			await home.run('stop');
			expect((await host.request('ping')).result).toEqual({});
			expect(await processesOf(home.folder)).toEqual([host.child.pid]);
			expect(textIn(await host.request('tools/call', echo))).toBe('hello');
		}),
	);

	it.concurrent(
		'has its question taken back, and a late answer to it is nobody’s',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize({ elicitation: {} });
			const ask = () => host.request('tools/call', { name: 'test_elicit', arguments: {} });
			const lost = ask();
			const question = await host.next(({ method }) => method === 'elicitation/create');
			process.kill(home.daemonPid(), 'SIGKILL');
			await lost;
			const cancelled = await host.next(({ method }) => method === 'notifications/cancelled');
			expect(cancelled.params).toMatchObject({ requestId: question.id });

			const again = ask();
			const second = await host.next(
				(message) => message.method === 'elicitation/create' && message.id !== question.id,
			);
			host.send({ id: question.id, result: { action: 'accept', content: {} } });
			host.send({ id: second.id, result: { action: 'decline' } });
			expect(textIn(await again)).toBe('decline');
		}),
	);
});

describe('an end', () => {
	it.concurrent(
		'lets what is under way finish, and answers it',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const slow = host.request('tools/call', { name: 'test_slow', arguments: { ms: 1_500 } });
			await sleep(200);
			const daemon = home.daemonPid();
			process.kill(daemon, 'SIGTERM');
			expect(textIn(await slow)).toBe('done');
			await until(() => !isAlive(daemon));
		}),
	);

	it.concurrent(
		'waits for nothing longer than ten seconds, and not at all at a second signal',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const slow = host.request('tools/call', { name: 'test_slow', arguments: { ms: 60_000 } });
			await sleep(200);
			const daemon = home.daemonPid();
			process.kill(daemon, 'SIGTERM');
			await sleep(200);
			expect(isAlive(daemon)).toBe(true);
			process.kill(daemon, 'SIGTERM');
			await until(() => !isAlive(daemon), 4_000);
			expect(faultIn(await slow)).toBe('unknown_outcome');
		}),
	);

	it.concurrent(
		'comes when a newer build connects; the older host goes on with the newer daemon',
		inHome(async (home) => {
			const old = rawHost(home.shim());
			await old.initialize();
			const oldDaemon = home.daemonPid();
			const slow = old.request('tools/call', { name: 'test_slow', arguments: { ms: 800 } });
			await sleep(100);

			const newer = rawHost(home.shim({ SWITCHBOARD_BUILD: '2000' }));
			await newer.initialize();
			expect(textIn(await slow)).toBe('done');
			expect(isAlive(oldDaemon)).toBe(false);
			expect(textIn(await newer.request('tools/call', echo))).toBe('hello');
			const newDaemon = home.daemonPid();

			expect(textIn(await old.request('tools/call', echo))).toBe('hello');
			expect(home.daemonPid()).toBe(newDaemon);
			expect(old.child.exitCode).toBe(null);
		}),
	);

	it.concurrent(
		'loses no call of a host that never pauses',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			let isOver = false;
			const answers: string[] = [];
			const calling = (async () => {
				while (!isOver) answers.push(textIn(await host.request('tools/call', echo)));
			})();
			await sleep(150);
			const newer = rawHost(home.shim({ SWITCHBOARD_BUILD: '2000' }));
			await newer.initialize();
			await sleep(300);
			isOver = true;
			await calling;
			expect(answers.length).toBeGreaterThan(20);
			expect(answers.filter((answer) => answer !== 'hello')).toEqual([]);
		}),
	);
});
