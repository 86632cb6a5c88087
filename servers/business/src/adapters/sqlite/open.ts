import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@switchboard/kit';
import { migrations } from './migrations.ts';

/** Longest that one process waits for another's write. */
const busyMs = 10_000;

/** Opens the store at `file`, durable and migrated; every write is synced before it counts. */
export function openDatabase(file: string): DatabaseSync {
	const db = new DatabaseSync(file, { timeout: busyMs, enableForeignKeyConstraints: true });
	try {
		db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;');
		chmodSync(file, 0o600);
		migrate(db);
		return db;
	} catch (error) {
		db.close();
		throw translated(error);
	}
}

function migrate(db: DatabaseSync): void {
	transaction(db, 'commit', () => {
		const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
		if (version > migrations.length) {
			throw new Fault(
				'unsupported',
				`The CRM's file is of version ${version}, this program knows ${migrations.length}.`,
				{
					hint: 'Start the newer program that wrote it.',
				},
			);
		}
		for (const statements of migrations.slice(version)) db.exec(statements);
		db.exec(`PRAGMA user_version = ${migrations.length}`);
	});
}

/** Runs `work` alone in the file: kept on `commit`, undone on `rollback` or when it throws. */
export function transaction<T>(db: DatabaseSync, end: 'commit' | 'rollback', work: () => T): T {
	try {
		db.exec('BEGIN IMMEDIATE');
		const result = work();
		db.exec(end === 'commit' ? 'COMMIT' : 'ROLLBACK');
		return result;
	} catch (error) {
		if (db.isTransaction) db.exec('ROLLBACK');
		throw translated(error);
	}
}

const faults: Readonly<Record<number, readonly ['conflict' | 'unavailable' | 'invalid_input', string]>> = {
	5: ['unavailable', 'Another program holds the CRM’s file.'],
	6: ['unavailable', 'Another program holds the CRM’s file.'],
	8: ['unavailable', 'The CRM’s file cannot be written.'],
	10: ['unavailable', 'The disk failed under the CRM’s file.'],
	11: ['unavailable', 'The CRM’s file is damaged.'],
	13: ['unavailable', 'The disk is full: nothing was written.'],
	14: ['unavailable', 'The CRM’s file cannot be opened.'],
	26: ['unavailable', 'The CRM’s file is no database.'],
	275: ['invalid_input', 'A value is outside what the store allows.'],
	787: ['conflict', 'Other records still refer to this one.'],
	1555: ['conflict', 'A record of that id exists.'],
	1811: ['conflict', 'Other records still refer to this one.'],
	2067: ['conflict', 'A record with that value exists, and it must be unique.'],
};

/** SQLite's failures as Faults, by result code; anything else rises as it is. */
export function translated(error: unknown): unknown {
	if (error instanceof Fault || !(error instanceof Error)) return error;
	const code = (error as { errcode?: unknown }).errcode;
	if (typeof code !== 'number') return error;
	if (error.message === 'integer overflow')
		return new Fault('too_large', 'The sum is larger than the store can count.', { cause: error });
	const [kind, message] = faults[code] ?? faults[code & 0xff] ?? [];
	return kind === undefined || message === undefined ? error : new Fault(kind, message, { cause: error });
}
