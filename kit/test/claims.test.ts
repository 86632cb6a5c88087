import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClaims } from '@switchboard/kit/claims';
import { Fault } from '@switchboard/kit/fault';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Scratch, scratch } from './support/host.ts';

let at: Scratch;
let file: string;
beforeEach(() => {
	at = scratch();
	file = join(at.folder, 'claims.db');
});
afterEach(() => {
	vi.useRealTimers();
	at.remove();
});

describe('the record of effects', () => {
	it('gives a key once', () => {
		const claims = createClaims(file);
		expect(claims.claim('k', 'd')).toEqual({ state: 'new' });
		expect(claims.claim('k', 'd')).toEqual({ state: 'running' });
		expect(claims.claim('k', 'other')).toEqual({ state: 'other' });
		expect(claims.claim('l', 'd')).toEqual({ state: 'new' });
		claims.close();
	});

	it('keeps what became of it, for other processes and starts too', () => {
		const claims = createClaims(file);
		const { fault } = { fault: new Fault('denied', 'No.', { hint: 'Ask.' }).toWire() };
		claims.claim('a', 'd');
		claims.done('a', { text: 'é', deep: [1, null] });
		claims.claim('b', 'd');
		claims.failed('b', fault);
		const other = createClaims(file);
		claims.close();
		for (const record of [other, createClaims(file)]) {
			expect(record.claim('a', 'd')).toEqual({ state: 'done', result: { text: 'é', deep: [1, null] } });
			expect(record.claim('b', 'd')).toEqual({ state: 'failed', fault });
			expect(record.claim('b', 'e')).toEqual({ state: 'other' });
			record.close();
		}
	});

	it('does not know what became of what another start left running, until that one says it', () => {
		const claims = createClaims(file);
		claims.claim('k', 'd');
		const other = createClaims(file);
		expect(other.claim('k', 'd')).toEqual({ state: 'unknown' });
		other.done('k', 'forged');
		other.release('k');
		expect(other.claim('k', 'd')).toEqual({ state: 'unknown' });
		claims.done('k', 'true');
		expect(other.claim('k', 'd')).toEqual({ state: 'done', result: 'true' });
		claims.close();
		other.close();
	});

	it('frees a released key, but not a settled one', () => {
		const claims = createClaims(file);
		claims.claim('k', 'd');
		claims.release('k');
		expect(claims.claim('k', 'e')).toEqual({ state: 'new' });
		claims.done('k', 1);
		claims.release('k');
		expect(claims.claim('k', 'e')).toEqual({ state: 'done', result: 1 });
		claims.close();
	});

	it('forgets what was settled more than 30 days ago, and never what is in doubt', () => {
		vi.useFakeTimers({ now: new Date('2026-01-01') });
		const claims = createClaims(file);
		for (const key of ['settled', 'running']) claims.claim(key, 'd');
		claims.done('settled', 1);
		claims.close();
		vi.setSystemTime(new Date('2026-01-30'));
		const soon = createClaims(file);
		expect(soon.claim('settled', 'd')).toEqual({ state: 'done', result: 1 });
		soon.close();
		vi.setSystemTime(new Date('2026-02-01'));
		const late = createClaims(file);
		expect(late.claim('settled', 'd')).toEqual({ state: 'new' });
		expect(late.claim('running', 'd')).toEqual({ state: 'unknown' });
		late.close();
	});

	it('is on the disk before the effect', () => {
		createClaims(file).close();
		const db = new DatabaseSync(file);
		expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
		db.close();
	});

	it('that cannot be read lets nothing happen', () => {
		writeFileSync(file, 'not a database, but long enough to be looked at'.repeat(50));
		expect(() => createClaims(file)).toThrow(expect.objectContaining({ kind: 'unavailable', retryable: false }));
		expect(() => createClaims(join(at.folder, 'none', 'claims.db'))).toThrow(
			expect.objectContaining({ kind: 'unavailable' }),
		);
	});
});
