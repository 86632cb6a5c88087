import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { Change, UndoStep } from '../undo-steps.ts';
import type { StageLog } from './staging.ts';

export interface UndoLimits {
	/** How long a change can be taken back, in ms. */
	readonly age: number;
	/** Most bytes kept for taking changes back. */
	readonly bytes: number;
}

/** The record of changes and the copies that taking them back needs. */
export interface UndoJournal {
	readonly stages: StageLog;
	readonly limits: UndoLimits;
	newId(): string;
	/** A folder for what a change keeps. */
	folderOf(id: string): string;
	/** Records a change; done before it is made, so that a crash leaves none unrecorded. */
	add(change: Omit<Change, 'at'>, bytes: number): void;
	get(id: string): Change | undefined;
	/** The newest change of a Session that has not been taken back. */
	newest(principal: string, session: string): Change | undefined;
	/** Forgets a change and what was kept for it. */
	drop(id: string): Promise<void>;
	/** Forgets what is too old or too much, oldest first. */
	sweep(): Promise<void>;
	/** The same, after some changes or some bytes; a failure of it is for the next time. */
	sweepWhenDue(): Promise<void>;
	close(): void;
}

const schema = `
	CREATE TABLE IF NOT EXISTS changes (
		id TEXT PRIMARY KEY, at INTEGER NOT NULL, principal TEXT NOT NULL, session TEXT NOT NULL,
		skill TEXT NOT NULL, steps TEXT NOT NULL, bytes INTEGER NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS changes_at ON changes (at);
	CREATE TABLE IF NOT EXISTS staged (path TEXT PRIMARY KEY, pid INTEGER NOT NULL) STRICT;
`;

const Row = Change.extend({
	steps: z.string().transform((text) => z.array(UndoStep).parse(JSON.parse(text))),
	bytes: z.int(),
});

const Kept = z.object({ id: z.string(), at: z.int(), bytes: z.int() });

export function createUndoJournal(stateFolder: string, limits: UndoLimits): UndoJournal {
	const folder = join(stateFolder, 'undo');
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const db = new DatabaseSync(join(stateFolder, 'undo.db'));
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
	db.exec(schema);
	const changes = changesIn(db);
	const sweep = sweeper(folder, limits, changes);
	let added = { changes: 0, bytes: 0 };
	return {
		limits,
		stages: createStageLog(db),
		newId: () => `undo-${randomBytes(12).toString('hex')}`,
		folderOf: (id) => join(folder, id),
		add(change, bytes) {
			added = { changes: added.changes + 1, bytes: added.bytes + bytes };
			changes.add(change, bytes);
		},
		get: changes.get,
		newest: changes.newest,
		async drop(id) {
			changes.forget(id);
			await clear(join(folder, id));
		},
		sweep,
		async sweepWhenDue() {
			if (added.changes < 100 && added.bytes < limits.bytes / 10) return;
			added = { changes: 0, bytes: 0 };
			await sweep().catch(() => {});
		},
		close: () => db.close(),
	};
}

interface Changes extends Pick<UndoJournal, 'add' | 'get' | 'newest'> {
	forget(id: string): void;
	newestFirst(): readonly { readonly id: string; readonly at: number; readonly bytes: number }[];
}

function changesIn(db: DatabaseSync): Changes {
	const insert = db.prepare(
		'INSERT INTO changes (id, at, principal, session, skill, steps, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
	);
	const byId = db.prepare('SELECT * FROM changes WHERE id = ?');
	const bySession = db.prepare(
		'SELECT * FROM changes WHERE principal = ? AND session = ? ORDER BY at DESC, rowid DESC LIMIT 1',
	);
	const all = db.prepare('SELECT id, at, bytes FROM changes ORDER BY at DESC, rowid DESC');
	const forget = db.prepare('DELETE FROM changes WHERE id = ?');
	const changeOf = (row: unknown): Change | undefined => (row === undefined ? undefined : Row.parse(row));
	return {
		add({ id, principal, session, skill, steps }, bytes) {
			insert.run(id, Date.now(), principal, session, skill, JSON.stringify(steps), bytes);
		},
		get: (id) => changeOf(byId.get(id)),
		newest: (principal, session) => changeOf(bySession.get(principal, session)),
		forget: (id) => void forget.run(id),
		newestFirst: () => z.array(Kept).parse(all.all()),
	};
}

/** Forgets what is too old or too much, then what was kept for changes that were never recorded. */
function sweeper(folder: string, limits: UndoLimits, changes: Changes): () => Promise<void> {
	return async () => {
		let kept = 0;
		for (const { id, at, bytes } of changes.newestFirst()) {
			kept += bytes;
			if (kept <= limits.bytes && at >= Date.now() - limits.age) continue;
			changes.forget(id);
			await clear(join(folder, id)).catch(() => {});
		}
		for (const id of await readdir(folder)) {
			const found = await stat(join(folder, id)).catch(() => undefined);
			// One that is just being made is not on record yet.
			const isOrphan = found !== undefined && found.mtimeMs < Date.now() - 3_600_000 && changes.get(id) === undefined;
			if (isOrphan) await clear(join(folder, id)).catch(() => {});
		}
	};
}

/** Removes what was kept, also folders that may not be written to. */
async function clear(folder: string): Promise<void> {
	try {
		await rm(folder, { recursive: true, force: true });
	} catch {
		for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
			if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o700);
		}
		await rm(folder, { recursive: true, force: true });
	}
}

function createStageLog(db: DatabaseSync): StageLog {
	const begin = db.prepare('INSERT OR REPLACE INTO staged (path, pid) VALUES (?, ?)');
	const end = db.prepare('DELETE FROM staged WHERE path = ?');
	const all = db.prepare('SELECT path, pid FROM staged');
	return {
		begin: (path) => void begin.run(path, process.pid),
		end: (path) => void end.run(path),
		left: () =>
			(all.all() as { path: string; pid: number }[]).filter(({ pid }) => !isAlive(pid)).map(({ path }) => path),
	};
}

function isAlive(pid: number): boolean {
	if (pid === process.pid) return true;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
