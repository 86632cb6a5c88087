import { randomUUID } from 'node:crypto';
import { Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { Delivery } from '../account.ts';
import type { Outbox, OutboxEntry, OutboxState } from '../ports.ts';
import { atomically, openDatabase } from './database.ts';

const schema = `
	CREATE TABLE IF NOT EXISTS outbox (
		id TEXT PRIMARY KEY,
		account TEXT NOT NULL,
		message_id TEXT NOT NULL,
		draft_ref TEXT NOT NULL,
		state TEXT NOT NULL,
		entry TEXT NOT NULL,
		pid INTEGER NOT NULL,
		claimed_at INTEGER NOT NULL,
		UNIQUE (account, message_id)
	) STRICT;
	CREATE INDEX IF NOT EXISTS outbox_draft ON outbox (draft_ref);
`;

const Row = z.object({ id: z.string(), state: z.string(), entry: z.string(), pid: z.number(), claimed_at: z.number() });
type Row = z.infer<typeof Row>;

/** No hand-over takes as long: whoever claimed it is gone, even if its process id lives again. */
const longestHandOver = 15 * 60_000;

/** The outbox in `file`; what a process that has died left open is settled as far as it had got. */
export function createOutbox(file: string): Outbox & { close(): void } {
	const database = openDatabase(file, schema);
	const select = (where: string, ...values: (string | number)[]): OutboxEntry[] =>
		database
			.prepare(`SELECT id, state, entry, pid, claimed_at FROM outbox ${where}`)
			.all(...values)
			.map((row) => settled(Row.parse(row)));

	/** An entry left open by a dead process: before its content went out nothing was sent, after that nobody knows. */
	function settled(row: Row): OutboxEntry {
		const entry: OutboxEntry = { ...JSON.parse(row.entry), state: row.state };
		if ((row.state !== 'claimed' && row.state !== 'sending') || isAtWork(row)) return entry;
		return settle(entry.id, row.state === 'claimed' ? 'failed' : 'unknown');
	}

	function one(where: string, ...values: string[]): OutboxEntry | undefined {
		return select(where, ...values)[0];
	}

	function change(id: string, changes: Partial<OutboxEntry>): OutboxEntry {
		const row = database.prepare('SELECT state, entry FROM outbox WHERE id = ?').get(id);
		if (row === undefined)
			throw new Fault('not_found', 'The outbox has no such entry.', { hint: 'msg_outbox lists what it has.' });
		const entry: OutboxEntry = { ...JSON.parse(String(row.entry)), state: row.state, ...changes };
		database.prepare('UPDATE outbox SET state = ?, entry = ? WHERE id = ?').run(entry.state, JSON.stringify(entry), id);
		return entry;
	}

	function settle(id: string, state: OutboxState, delivery?: Delivery): OutboxEntry {
		return change(id, { ...delivery, state, settledAt: new Date().toISOString() });
	}

	return {
		claim: (wanted) =>
			atomically(database, () => {
				const known = one('WHERE account = ? AND message_id = ?', wanted.account, wanted.messageId);
				// Of a failed hand-over nothing went out: the same draft may be sent.
				if (known !== undefined && known.state !== 'failed') return { mine: false, entry: known };
				if (known !== undefined) database.prepare('DELETE FROM outbox WHERE id = ?').run(known.id);
				const entry: OutboxEntry = {
					...wanted,
					id: known?.id ?? `out_${randomUUID().slice(0, 8)}`,
					state: 'claimed',
					accepted: [],
					rejected: [],
					createdAt: new Date().toISOString(),
					settledAt: undefined,
					finished: false,
				};
				database
					.prepare(
						'INSERT INTO outbox (id, account, message_id, draft_ref, state, entry, pid, claimed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
					)
					.run(
						entry.id,
						entry.account,
						entry.messageId,
						entry.draftRef,
						entry.state,
						JSON.stringify(entry),
						process.pid,
						Date.now(),
					);
				return { mine: true, entry };
			}),
		sending(id) {
			database.prepare("UPDATE outbox SET state = 'sending' WHERE id = ?").run(id);
		},
		settle,
		finish: (id) => void change(id, { finished: true }),
		get: (id) => one('WHERE id = ?', id),
		ofDraft: (draftRef) => one('WHERE draft_ref = ? ORDER BY rowid DESC LIMIT 1', draftRef),
		list: (limit) => select('ORDER BY rowid DESC LIMIT ?', limit),
		close: () => database.close(),
	};
}

function isAtWork({ pid, claimed_at }: Row): boolean {
	if (Date.now() - claimed_at > longestHandOver) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// A process of somebody else's is alive all the same.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
