import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
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

export function createUndoJournal(stateFolder: string, limits: UndoLimits): UndoJournal {
	const folder = join(stateFolder, 'undo');
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const db = new DatabaseSync(join(stateFolder, 'undo.db'));
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
	db.exec(schema);
	const insert = db.prepare(
		'INSERT INTO changes (id, at, principal, session, skill, steps, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
	);
	const byId = db.prepare('SELECT * FROM changes WHERE id = ?');
	const bySession = db.prepare(
		'SELECT * FROM changes WHERE principal = ? AND session = ? ORDER BY at DESC, rowid DESC LIMIT 1',
	);
	const newestFirst = db.prepare('SELECT id, at, bytes FROM changes ORDER BY at DESC, rowid DESC');
	const forget = db.prepare('DELETE FROM changes WHERE id = ?');

	let addedChanges = 0;
	let addedBytes = 0;

	const changeOf = (row: unknown): Change | undefined => (row === undefined ? undefined : Row.parse(row));
	const folderOf = (id: string): string => join(folder, id);

	async function drop(id: string): Promise<void> {
		forget.run(id);
		await rm(folderOf(id), { recursive: true, force: true });
	}

	async function sweep(): Promise<void> {
		let kept = 0;
		for (const { id, at, bytes } of newestFirst.all() as { id: string; at: number; bytes: number }[]) {
			kept += bytes;
			if (kept > limits.bytes || at < Date.now() - limits.age) await drop(id);
		}
		for (const id of await readdir(folder)) await dropOrphan(id);
	}

	return {
		limits,
		stages: createStageLog(db),
		newId: () => `undo-${randomBytes(12).toString('hex')}`,
		folderOf,
		add({ id, principal, session, skill, steps }, bytes) {
			addedChanges += 1;
			addedBytes += bytes;
			insert.run(id, Date.now(), principal, session, skill, JSON.stringify(steps), bytes);
		},
		get: (id) => changeOf(byId.get(id)),
		newest: (principal, session) => changeOf(bySession.get(principal, session)),
		drop,
		sweep,
		async sweepWhenDue() {
			if (addedChanges < 100 && addedBytes < limits.bytes / 10) return;
			addedChanges = 0;
			addedBytes = 0;
			await sweep().catch(() => {});
		},
		close: () => db.close(),
	};

	/** What was kept for a change that was never recorded; one that is just being made is left alone. */
	async function dropOrphan(id: string): Promise<void> {
		const kept = await stat(folderOf(id)).catch(() => undefined);
		const isOld = kept !== undefined && kept.mtimeMs < Date.now() - 3_600_000;
		if (isOld && byId.get(id) === undefined) await rm(folderOf(id), { recursive: true, force: true });
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
