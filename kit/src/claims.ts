import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Fault, FaultWire } from './fault.ts';

/** What is known about an idempotency key. */
export type Claim =
	| { readonly state: 'new' }
	| { readonly state: 'running' }
	| { readonly state: 'unknown' }
	| { readonly state: 'done'; readonly result: unknown }
	| { readonly state: 'failed'; readonly fault: FaultWire }
	/** The key was used for other arguments. */
	| { readonly state: 'other' };

/** The durable record of which keys have had their effect. Claimed before the effect, settled after it. */
export interface Claims {
	claim(key: string, digest: string): Claim;
	done(key: string, result: unknown): void;
	failed(key: string, fault: FaultWire): void;
	/** Nothing happened: the key may be used again. */
	release(key: string): void;
	close(): void;
}

const keptFor = 30 * 24 * 3600 * 1000;

const schema = `
	CREATE TABLE IF NOT EXISTS claims (
		key TEXT PRIMARY KEY,
		digest TEXT NOT NULL,
		boot TEXT NOT NULL,
		state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
		outcome TEXT,
		at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID`;

interface Row {
	readonly digest: string;
	readonly boot: string;
	readonly state: 'running' | 'done' | 'failed';
	readonly outcome: string | null;
}

/** Opens the store at `file`; a claim still running from an earlier process is `unknown`. */
export function createClaims(file: string): Claims {
	const db = open(file);
	// Names this process start: what another start left running, nobody will settle.
	const boot = randomUUID();
	const insert = db.prepare(
		`INSERT INTO claims (key, digest, boot, state, at) VALUES (?, ?, ?, 'running', ?) ON CONFLICT DO NOTHING`,
	);
	const select = db.prepare('SELECT digest, boot, state, outcome FROM claims WHERE key = ?');
	const settle = db.prepare('UPDATE claims SET state = ?, outcome = ?, at = ? WHERE key = ? AND boot = ?');
	const remove = db.prepare(`DELETE FROM claims WHERE key = ? AND boot = ? AND state = 'running'`);

	function claim(key: string, digest: string): Claim {
		if (insert.run(key, digest, boot, Date.now()).changes === 1) return { state: 'new' };
		const row = select.get(key) as Row | undefined;
		// Released by another process between the two statements.
		if (row === undefined) return claim(key, digest);
		if (row.digest !== digest) return { state: 'other' };
		if (row.state === 'running') return { state: row.boot === boot ? 'running' : 'unknown' };
		const outcome: unknown = JSON.parse(row.outcome ?? 'null');
		return row.state === 'done'
			? { state: 'done', result: outcome }
			: { state: 'failed', fault: FaultWire.parse(outcome) };
	}

	return {
		claim,
		done(key, result) {
			settle.run('done', JSON.stringify(result ?? null), Date.now(), key, boot);
		},
		failed(key, fault) {
			settle.run('failed', JSON.stringify(fault), Date.now(), key, boot);
		},
		release(key) {
			remove.run(key, boot);
		},
		close() {
			db.close();
		},
	};
}

function open(file: string): DatabaseSync {
	try {
		const db = new DatabaseSync(file);
		db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
		db.exec(schema);
		db.prepare(`DELETE FROM claims WHERE state <> 'running' AND at < ?`).run(Date.now() - keptFor);
		return db;
	} catch (cause) {
		throw new Fault(
			'unavailable',
			'The record of past effects cannot be opened, so nothing is done that could be done twice.',
			{
				hint: `Look at ${file}.`,
				retryable: false,
				cause,
			},
		);
	}
}
