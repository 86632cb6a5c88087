import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { Fault } from '@switchboard/kit/fault';

/** The daemon's memory on disk. Writes are durable when they return, unless begun with `quick`. */
export interface Store {
	run(sql: string, ...values: SQLInputValue[]): number;
	/** A write that a power cut may undo, for records of what had no effect. */
	quick(sql: string, ...values: SQLInputValue[]): number;
	get(sql: string, ...values: SQLInputValue[]): Row | undefined;
	all(sql: string, ...values: SQLInputValue[]): Row[];
	/** All of it or nothing, durable when it returns. */
	transaction<T>(work: () => T): T;
	close(): void;
}

export type Row = Record<string, SQLOutputValue>;

/** Each step runs once, in order; `user_version` remembers how far a file has come. */
const migrations = [
	`CREATE TABLE sessions (
		id TEXT PRIMARY KEY, key TEXT, principal TEXT NOT NULL, host TEXT NOT NULL, folder TEXT,
		trusted INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, last_used_at TEXT NOT NULL, closed_at TEXT
	) STRICT;
	CREATE UNIQUE INDEX sessions_key ON sessions (principal, key) WHERE key IS NOT NULL AND closed_at IS NULL;
	CREATE TABLE folders (folder TEXT NOT NULL, host TEXT NOT NULL, granted_at TEXT NOT NULL, PRIMARY KEY (folder, host)) STRICT;
	CREATE TABLE journal (
		call TEXT PRIMARY KEY, session TEXT NOT NULL, principal TEXT NOT NULL, agent TEXT NOT NULL, skill TEXT NOT NULL,
		effect TEXT NOT NULL, args_digest TEXT NOT NULL, idempotency_key TEXT,
		state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'done', 'failed', 'unknown')),
		outcome TEXT, intended_at TEXT NOT NULL, settled_at TEXT
	) STRICT;
	CREATE UNIQUE INDEX journal_key ON journal (principal, idempotency_key) WHERE idempotency_key IS NOT NULL;
	CREATE INDEX journal_open ON journal (state) WHERE state IN ('intended', 'sent');
	CREATE TABLE jobs (
		id TEXT PRIMARY KEY, call TEXT NOT NULL, session TEXT NOT NULL, principal TEXT NOT NULL, host TEXT NOT NULL,
		agent TEXT NOT NULL, skill TEXT NOT NULL, args TEXT NOT NULL, args_digest TEXT NOT NULL, idempotency_key TEXT, run TEXT,
		state TEXT NOT NULL, created_at TEXT NOT NULL, settled_at TEXT, result TEXT
	) STRICT;
	CREATE INDEX jobs_open ON jobs (session, skill, args_digest) WHERE state IN ('waiting', 'running');
	CREATE TABLE approvals (
		id TEXT PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id), digest TEXT, folder TEXT,
		effect TEXT NOT NULL, targets TEXT NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL,
		created_at TEXT NOT NULL, expires_at TEXT NOT NULL, state TEXT NOT NULL
	) STRICT;
	CREATE TABLE audit (seq INTEGER PRIMARY KEY, agent TEXT, skill TEXT, status TEXT, session TEXT, at TEXT, record TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
	CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
	CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
	CREATE TABLE cards (agent TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, title TEXT NOT NULL, tools TEXT NOT NULL) STRICT;`,
];

export function openStore(home: string): Store {
	mkdirSync(home, { recursive: true, mode: 0o700 });
	const file = join(home, 'state.db');
	const durable = open(file, 'FULL');
	migrate(durable);
	const quick = open(file, 'NORMAL');
	const statements = new Map<string, StatementSync>();
	const quickStatements = new Map<string, StatementSync>();

	return {
		run: (sql, ...values) => changed(prepared(durable, statements, sql), values),
		quick: (sql, ...values) => changed(prepared(quick, quickStatements, sql), values),
		get: (sql, ...values) => prepared(durable, statements, sql).get(...values),
		all: (sql, ...values) => prepared(durable, statements, sql).all(...values),
		transaction(work) {
			durable.exec('BEGIN IMMEDIATE');
			try {
				const result = work();
				durable.exec('COMMIT');
				return result;
			} catch (error) {
				durable.exec('ROLLBACK');
				throw error;
			}
		},
		close() {
			quick.close();
			durable.close();
		},
	};
}

function open(file: string, synchronous: 'FULL' | 'NORMAL'): DatabaseSync {
	const database = new DatabaseSync(file);
	database.exec(
		`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;`,
	);
	return database;
}

function migrate(database: DatabaseSync): void {
	const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
	if (version > migrations.length) throw new Error('The state folder was written by a newer version of Switchboard.');
	for (const [index, step] of migrations.entries()) {
		if (index < version) continue;
		database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
	}
}

/** SQLite's codes for a disk that is full, broken or read-only. */
const unwritable: readonly unknown[] = [8, 10, 13, 14];

function changed(statement: StatementSync, values: readonly SQLInputValue[]): number {
	try {
		return Number(statement.run(...values).changes);
	} catch (cause) {
		if (!unwritable.includes(Number((cause as { errcode?: unknown }).errcode) & 0xff)) throw cause;
		throw new Fault('unavailable', 'The Gateway cannot write its record, so nothing is done that has an effect.', {
			hint: 'The owner should look for space on the disk of the state folder.',
			cause,
		});
	}
}

function prepared(database: DatabaseSync, statements: Map<string, StatementSync>, sql: string): StatementSync {
	let statement = statements.get(sql);
	if (statement === undefined) {
		statement = database.prepare(sql);
		statements.set(sql, statement);
	}
	return statement;
}
