import { DatabaseSync } from 'node:sqlite';

export interface Lock {
	release(): void;
}

/** Takes the lock, or answers undefined while another process holds it. The system frees it when its holder dies, however it dies. */
export function tryLock(file: string): Lock | undefined {
	const database = new DatabaseSync(file, { timeout: 0 });
	try {
		// Nothing is ever written, so there is nothing to keep a journal of.
		database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
	} catch (error) {
		database.close();
		if (isBusy(error)) return undefined;
		throw error;
	}
	return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
	const busy = 5;
	return (error as { errcode?: number }).errcode === busy;
}
