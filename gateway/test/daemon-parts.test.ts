import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processorMs } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNewer } from '../src/daemon/build.ts';
import { readAnswer, readHello } from '../src/daemon/hello.ts';
import { createInFlight } from '../src/daemon/in-flight.ts';
import { createLineReader } from '../src/daemon/lines.ts';
import { tryLock } from '../src/daemon/lock.ts';
import { createLogFile } from '../src/daemon/log-file.ts';
import { daemonPaths, isPrivate } from '../src/daemon/paths.ts';
import { until } from './support/programs.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'switchboard-daemon-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lines', () => {
	function read(chunks: readonly (string | Buffer)[], limit?: number): string[] {
		const lines: string[] = [];
		const push = createLineReader((line) => lines.push(line.toString()), limit);
		for (const chunk of chunks) push(Buffer.from(chunk));
		return lines;
	}

	it('are the same however they are cut', () => {
		const bytes = Buffer.from('one\n\ntwö\r\nthree\n\r\nrest');
		const whole = ['one', 'twö\r', 'three'];
		expect(read([bytes])).toEqual(whole);
		expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
		for (let at = 0; at < bytes.length; at += 1)
			expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
	});

	it('beyond the limit end the stream, at once, ended or not', () => {
		expect(read(['x'.repeat(10), '\n'], 10)).toEqual(['x'.repeat(10)]);
		expect(() => read(['x'.repeat(6), 'x'.repeat(5)], 10)).toThrow(RangeError);
		expect(() => read([`${'x'.repeat(11)}\n`], 10)).toThrow(RangeError);
	});

	it('of many small pieces take linear time', () => {
		const started = processorMs();
		expect(read(Array(50_000).fill('xxxxxxxxxx'))).toEqual([]);
		expect(processorMs() - started).toBeLessThan(2_000);
	});
});

describe('a newer build', () => {
	it.each([
		['0.2.0', 1, '0.1.9', 9, true],
		['0.10.0', 1, '0.9.0', 1, true],
		['1.0.0', 1, '0.9.9', 9, true],
		['0.1.0', 2, '0.1.0', 1, true],
		['0.1.0', 1, '0.1.0', 1, false],
		['0.1.0', 9, '0.2.0', 1, false],
	])('%s of %i against %s of %i: %s', (version, stamp, otherVersion, otherStamp, newer) => {
		const [one, other] = [
			{ version, stamp },
			{ version: otherVersion, stamp: otherStamp },
		];
		expect(isNewer(one, other)).toBe(newer);
		// Never both ways round.
		expect(isNewer(one, other) && isNewer(other, one)).toBe(false);
	});
});

describe('a hello', () => {
	it('is one only with all that it must say', () => {
		const hello = { role: 'host', cwd: '/x', key: 'k', version: '1.0.0', stamp: 1 };
		expect(readHello(JSON.stringify(hello))).toEqual(hello);
		for (const wrong of [
			'',
			'null',
			'[]',
			'7',
			'{',
			JSON.stringify({ ...hello, role: 'admin' }),
			JSON.stringify({ ...hello, stamp: '1' }),
			JSON.stringify({ ...hello, cwd: undefined }),
		]) {
			expect([wrong, readHello(wrong)]).toEqual([wrong, undefined]);
		}
	});

	it('is answered yes, wait or no', () => {
		expect(readAnswer('{"ok":true,"version":"1","pid":7}')).toEqual({ ok: true, version: '1', pid: 7 });
		expect(readAnswer('{"drain":true}')).toEqual({ drain: true });
		expect(readAnswer('{"refused":"why"}')).toEqual({ refused: 'why' });
		expect(readAnswer('HTTP/1.1 400')).toBe(undefined);
	});
});

describe('the lock', () => {
	it('has one holder, and is free when that one is killed', async () => {
		const file = join(folder, 'lock');
		const script = `const { DatabaseSync } = require('node:sqlite');
			const db = new DatabaseSync(${JSON.stringify(file)}); db.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`;
		const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
		await new Promise((held) => holder.stdout.once('data', held));
		expect(tryLock(file)).toBe(undefined);
		holder.kill('SIGKILL');
		await until(() => {
			const lock = tryLock(file);
			lock?.release();
			return lock !== undefined;
		});
	});
});

describe('the log file', () => {
	it('never takes more than twice its limit, and keeps the newest', () => {
		const file = join(folder, 'a.log');
		const log = createLogFile(file, 1_000);
		for (let line = 0; line < 500; line += 1) log.write(`line ${line}\n`);
		expect(statSync(file).size + statSync(`${file}.1`).size).toBeLessThan(2_100);
		expect(readFileSync(file, 'utf8') || readFileSync(`${file}.1`, 'utf8')).toContain('line 499');
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});
});

describe('the paths of a home', () => {
	it('keep the socket short enough for every system, one a home', () => {
		const long = (name: string) => daemonPaths(join('/home', 'x'.repeat(120), name));
		expect(daemonPaths('/home/a').socket).toBe('/home/a/daemon.sock');
		expect(Buffer.byteLength(long('a').socket)).toBeLessThanOrEqual(100);
		expect(long('a').socket).toBe(long('a').socket);
		expect(long('a').socket).not.toBe(long('b').socket);
	});

	it('are trusted with a socket elsewhere only where nobody else can have put it', () => {
		const paths = daemonPaths(join(folder, 'x'.repeat(120)));
		const elsewhere = paths.socketFolder ?? '';
		expect(isPrivate(paths)).toBe(true);
		for (const [mode, trusted] of [
			[0o700, true],
			[0o755, false],
			[0o770, false],
		] as const) {
			mkdirSync(elsewhere, { recursive: true });
			chmodSync(elsewhere, mode);
			expect([mode, isPrivate(paths)]).toEqual([mode, trusted]);
		}
		rmSync(elsewhere, { recursive: true });
		symlinkSync(folder, elsewhere);
		expect(isPrivate(paths)).toBe(false);
		rmSync(elsewhere);
	});
});

describe('what is under way', () => {
	it('is waited for until it is over, or the time is', async () => {
		const inFlight = createInFlight();
		await inFlight.settled(10_000);
		const [first, second] = [inFlight.begin(), inFlight.begin()];
		first();
		first();
		expect(inFlight.count).toBe(1);
		await inFlight.settled(20);
		setTimeout(second, 20);
		await inFlight.settled(10_000);
		expect(inFlight.count).toBe(0);
	});
});
