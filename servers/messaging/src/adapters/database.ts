import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Opens a database that survives a crash and may be shared by several processes. */
export function openDatabase(file: string, schema: string): DatabaseSync {
	// Made by us before SQLite would, so that nobody else may read it; its journals follow it in that.
	closeSync(openSync(file, 'a', 0o600));
	const database = new DatabaseSync(file, { timeout: 5_000 });
	database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`);
	return database;
}

/** Does all of `work` or nothing of it. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
	database.exec('BEGIN IMMEDIATE');
	try {
		const result = work();
		database.exec('COMMIT');
		return result;
	} catch (error) {
		database.exec('ROLLBACK');
		throw error;
	}
}
