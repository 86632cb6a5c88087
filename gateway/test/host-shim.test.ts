import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { interruptedAnswer, kindOf, withId } from '../src/host/shim-lines.ts';
import { inHome, isAlive, processesOf, programArgs, until } from './support/programs.ts';
import { rawHost, textIn } from './support/raw-host.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('a shim', () => {
	it.concurrent(
		'writes nothing to stdout but JSON-RPC, whatever comes in',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			for (const junk of [
				'',
				'hello',
				'{',
				'[]',
				'null',
				'"x"',
				'{"jsonrpc":"2.0"}',
				'{"jsonrpc":"1.0","id":9,"method":"ping"}',
				'{"jsonrpc":"2.0","id":{},"method":"ping"}',
				'\u0000\u0001',
				`{"jsonrpc":"2.0","id":5,"method":"tools/list","params":[1]}`,
			]) {
				host.child.stdin?.write(`${junk}\n`);
			}
			host.child.stdin?.write(Buffer.from([0xff, 0xfe, 0x0a]));
			expect(textIn(await host.request('tools/call', { name: 'test_echo', arguments: { text: 'still here' } }))).toBe(
				'still here',
			);
			for (const line of host.lines) expect(line.jsonrpc).toBe('2.0');
			expect(host.lines.find(({ id }) => id === 5)).toMatchObject({ error: { code: -32600 } });
			expect(host.stderr).toBe('');
		}),
	);

	it.concurrent(
		'carries lines that arrive in pieces, and many at once',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const line = `${JSON.stringify({ jsonrpc: '2.0', id: 'é', method: 'tools/call', params: { name: 'test_echo', arguments: { text: 'ünïcode' } } })}\n`;
			for (const byte of Buffer.from(line)) host.child.stdin?.write(Buffer.from([byte]));
			expect(textIn(await host.next(({ id }) => id === 'é'))).toBe('ünïcode');
			const many = await Promise.all(
				Array.from({ length: 200 }, (_, index) =>
					host.request('tools/call', { name: 'test_echo', arguments: { text: String(index) } }),
				),
			);
			expect(many.map(textIn)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
		}),
	);

	it.concurrent(
		'passes large arguments and results both ways while its host reads slowly',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			host.child.stdout?.pause();
			const big = host.request('tools/call', { name: 'test_echo', arguments: { text: 'y'.repeat(5_000_000) } });
			await sleep(500);
			host.child.stdout?.resume();
			expect(textIn(await big).length).toBe(5_000_000);
		}),
	);

	it.concurrent(
		'cancels a request whose id is 0',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			host.send({ id: 0, method: 'tools/call', params: { name: 'test_slow', arguments: { ms: 600 } } });
			await sleep(100);
			host.send({ method: 'notifications/cancelled', params: { requestId: 0 } });
			await sleep(800);
			expect(textIn(await host.request('tools/call', { name: 'test_effects', arguments: {} }))).toBe('0');
		}),
	);

	it.concurrent.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s', (signal) =>
		inHome(async (home) => {
			const { child } = rawHost(home.shim());
			await sleep(300);
			child.kill(signal);
			await until(() => child.exitCode !== null || child.signalCode !== null);
		})(),
	);

	it.concurrent(
		'ends when its host closes its end, once it has answered what was asked',
		inHome(async (home) => {
			const host = rawHost(home.shim());
			await host.initialize();
			const answer = host.request('tools/call', { name: 'test_slow', arguments: { ms: 300 } });
			host.child.stdin?.end();
			expect(textIn(await answer)).toBe('done');
			await until(() => host.child.exitCode === 0);
		}),
	);

	it.concurrent(
		'ends when its host was killed, though something else holds its pipes open',
		inHome(async (home) => {
			const fifo = join(home.folder, 'fifo');
			execFileSync('mkfifo', [fifo]);
			const stdin = openSync(fifo, 'r+');
			const script = `exec 3<&0; "$0" "$@" <&3 & wait`;
			const wrapper = spawn('sh', ['-c', script, process.execPath, ...programArgs, 'stdio'], {
				env: home.env,
				stdio: [stdin, 'ignore', 'ignore'],
			});
			writeSync(stdin, `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })}\n`);
			// The shim has read it once there is a daemon.
			await until(() => existsSync(join(home.folder, 'daemon.json')));
			expect(await processesOf(home.folder)).toHaveLength(3);
			wrapper.kill('SIGKILL');
			await until(async () => (await processesOf(home.folder)).length === 1);
			expect(await processesOf(home.folder)).toEqual([home.daemonPid()]);
			closeSync(stdin);
		}),
	);

	it.concurrent(
		'starts no daemon before its host says something',
		inHome(async (home) => {
			const { child } = rawHost(home.shim());
			await sleep(500);
			expect(await processesOf(home.folder)).toEqual([child.pid]);
		}),
	);

	it.concurrent(
		'reaches a daemon whose home has a long path',
		inHome(async (home) => {
			const long = join(home.folder, 'a'.repeat(60), 'b'.repeat(60));
			const host = rawHost(home.shim({ SWITCHBOARD_HOME: long }));
			await host.initialize();
			expect(textIn(await host.request('tools/call', { name: 'test_echo', arguments: { text: 'hello' } }))).toBe(
				'hello',
			);
			const [daemon] = (await processesOf(long)).filter((pid) => pid !== host.child.pid);
			process.kill(daemon ?? 0, 'SIGTERM');
			await until(() => !isAlive(daemon ?? 0));
		}),
	);
});

describe('a line', () => {
	const kind = (text: string) => kindOf(Buffer.from(text));

	it('is known for what it is', () => {
		expect(kind('{"jsonrpc":"2.0","id":1,"method":"a/b"}')).toEqual({ kind: 'request', id: '1', method: 'a/b' });
		expect(kind('{"method":"a/b","jsonrpc":"2.0"}')).toEqual({ kind: 'notification', method: 'a/b' });
		expect(kind('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"x"}}').target).toBe('"x"');
		expect(kind('{"jsonrpc":"2.0","id":"a\\"b","result":{"id":7,"method":"m"}}')).toEqual({
			kind: 'response',
			id: '"a\\"b"',
		});
		expect(kind('{"result":{},"id":3,"jsonrpc":"2.0"}')).toEqual({ kind: 'response', id: '3' });
		for (const other of ['', '[1]', '7', 'nonsense']) expect(kind(other).kind).toBe('other');
	});

	it('keeps a number and its text apart', () => {
		expect(kind('{"jsonrpc":"2.0","id":1,"result":{}}').id).not.toBe(kind('{"jsonrpc":"2.0","id":"1","result":{}}').id);
	});

	it('is told an answer from its first bytes, however long it is', () => {
		const long = Buffer.concat([
			Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"text":"'),
			Buffer.alloc(30_000_000, 120),
		]);
		// It is no whole JSON, so who read on would not know it.
		expect(kindOf(long)).toEqual({ kind: 'response', id: '1' });
	});

	it('can be sent again under another id, and answered for a daemon that died', () => {
		expect(
			JSON.parse(
				withId(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"x":1}}'), 'r').toString(),
			),
		).toEqual({ jsonrpc: '2.0', id: 'r', method: 'initialize', params: { x: 1 } });
		expect(JSON.parse(interruptedAnswer('"a"'))).toMatchObject({ id: 'a', result: { isError: true } });
	});
});
