import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../src/journal/audit.ts';
import { createJournal, type Intention } from '../src/journal/journal.ts';
import { openStore, type Store } from '../src/journal/store.ts';

let home: string;
let store: Store;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'switchboard-journal-'));
	store = openStore(home);
});
afterEach(() => {
	store.close();
	rmSync(home, { recursive: true, force: true });
});

const intention: Intention = {
	call: 'c1',
	session: 's',
	principal: 'owner',
	agent: 'probe',
	skill: 'probe_send',
	effect: 'send',
	argsDigest: 'd',
	idempotencyKey: 'k',
};

describe('the journal', () => {
	it('takes what was intended and never sent for not done, and frees its key', () => {
		createJournal(store).intend(intention);
		const journal = createJournal(store);
		expect(journal.recover()).toEqual([]);
		expect(journal.earlier('owner', 'k')).toBeUndefined();
		expect(() => journal.intend({ ...intention, call: 'c2' })).not.toThrow();
	});

	it('takes what was sent and not settled for unknown, and never repeats it', () => {
		const journal = createJournal(store);
		journal.intend(intention);
		journal.sent('c1');
		expect(journal.recover()).toEqual(['c1']);
		expect(journal.earlier('owner', 'k')).toEqual({ state: 'unknown', skill: 'probe_send', argsDigest: 'd' });
		expect(journal.recover()).toEqual([]);
	});

	it('remembers a settled outcome by its key, for its principal alone', () => {
		const journal = createJournal(store);
		journal.intend(intention);
		journal.sent('c1');
		expect(journal.earlier('owner', 'k')).toEqual({ state: 'open', skill: 'probe_send', argsDigest: 'd' });
		journal.settle('c1', 'done', '{"text":"sent"}');
		expect(journal.earlier('owner', 'k')).toMatchObject({
			state: 'settled',
			skill: 'probe_send',
			argsDigest: 'd',
			outcome: '{"text":"sent"}',
		});
		expect(journal.earlier('guest', 'k')).toBeUndefined();
	});

	it('lets no two calls have one key', () => {
		const journal = createJournal(store);
		journal.intend(intention);
		expect(() => journal.intend({ ...intention, call: 'c2' })).toThrow(/UNIQUE/);
	});
});

describe('the audit', () => {
	const record = {
		at: '2026-01-01T00:00:00.000Z',
		call: 'c',
		session: 's',
		principal: 'owner',
		host: 'test',
		agent: 'probe',
		skill: 'probe_echo',
		effect: 'read',
		targets: [],
		decision: 'allow',
		rule: 'reads',
		status: 'done',
		ms: 1,
		argsDigest: 'd',
	} as const;

	it('goes on with its chain after a restart', () => {
		createAudit(store).append(record, true);
		const again = createAudit(store);
		again.append({ ...record, agent: 'other' }, false);
		expect(again.verify()).toEqual({ records: 2 });
		expect(again.query({ agent: 'other' })).toMatchObject([{ seq: 2, agent: 'other' }]);
		expect(again.tail(1)).toHaveLength(1);
	});

	it('cannot be changed through the store', () => {
		createAudit(store).append(record, true);
		expect(() => store.run("UPDATE audit SET status = 'failed'")).toThrow(/append-only/);
		expect(() => store.run('DELETE FROM audit')).toThrow(/append-only/);
	});

	it.each<[string, string, number]>([
		['an edit', 'UPDATE audit SET record = replace(record, \'"done"\', \'"failed"\') WHERE seq = 2', 2],
		['a deletion', 'DELETE FROM audit WHERE seq = 2', 2],
		[
			'a swap',
			'UPDATE audit SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq < 3; UPDATE audit SET seq = -seq WHERE seq < 0',
			1,
		],
	])('finds %s made behind its back', (_name, sql, at) => {
		const audit = createAudit(store);
		for (let n = 0; n < 3; n += 1) audit.append({ ...record, call: `c${n}` }, true);
		const file = new DatabaseSync(join(home, 'state.db'));
		file.exec(`DROP TRIGGER audit_fixed; DROP TRIGGER audit_kept; ${sql};`);
		file.close();
		expect(audit.verify()).toMatchObject({ brokenAt: at });
	});
});
