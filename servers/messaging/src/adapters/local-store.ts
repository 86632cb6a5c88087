import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { Folder, Location, Query, Summary } from '../account.ts';
import { atomically, openDatabase } from './database.ts';

const schema = `
	CREATE TABLE IF NOT EXISTS meta (validity INTEGER NOT NULL) STRICT;
	INSERT INTO meta SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM meta);
	CREATE TABLE IF NOT EXISTS folders (path TEXT PRIMARY KEY, role TEXT) STRICT;
	INSERT OR IGNORE INTO folders VALUES ('INBOX', 'inbox'), ('Drafts', 'drafts'), ('Sent', 'sent'), ('Archive', 'archive'),
		('Trash', 'trash'), ('Notifications', 'notifications');
	CREATE TABLE IF NOT EXISTS messages (
		uid INTEGER PRIMARY KEY AUTOINCREMENT,
		folder TEXT NOT NULL REFERENCES folders (path),
		date TEXT NOT NULL,
		message_id TEXT NOT NULL,
		kin TEXT NOT NULL,
		flags TEXT NOT NULL,
		senders TEXT NOT NULL,
		recipients TEXT NOT NULL,
		subject TEXT NOT NULL,
		body TEXT NOT NULL,
		summary TEXT NOT NULL,
		source BLOB NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS messages_folder ON messages (folder, uid);
	CREATE INDEX IF NOT EXISTS messages_id ON messages (message_id);
`;

/** A message with what it is found by. */
export interface Indexed {
	readonly folder: string;
	readonly flags: readonly string[];
	readonly summary: Omit<Summary, 'at' | 'flags'>;
	readonly body: string;
	readonly source: Uint8Array;
}

const Row = z.object({ uid: z.number(), folder: z.string(), flags: z.string(), summary: z.string() });

export type LocalStore = ReturnType<typeof createLocalStore>;

/** The embedded mailbox in `file`. It keeps and finds; what a message means is not its business. */
export function createLocalStore(file: string, account: string) {
	const database = openDatabase(file, schema);
	const validity = String(database.prepare('SELECT validity FROM meta').get()?.validity);
	const run = (sql: string, ...values: SQLInputValue[]) => database.prepare(sql).run(...values);
	const rows = (sql: string, ...values: SQLInputValue[]): Summary[] =>
		database
			.prepare(`SELECT uid, folder, flags, summary FROM messages ${sql}`)
			.all(...values)
			.map((row) => {
				const { uid, folder, flags, summary } = Row.parse(row);
				return { ...JSON.parse(summary), flags: list(flags), at: { account, folder, validity, uid } };
			});

	return {
		validity,
		folders: (): Folder[] =>
			database
				.prepare(
					`SELECT path, role, count(uid) AS messages, count(uid) FILTER (WHERE flags NOT LIKE '% seen %') AS unread
					FROM folders LEFT JOIN messages ON folder = path GROUP BY path ORDER BY folders.rowid`,
				)
				.all()
				.map(({ path, role, messages, unread }) => ({
					path: String(path),
					...(role !== null && { role: String(role) as NonNullable<Folder['role']> }),
					messages: Number(messages),
					unread: Number(unread),
				})),
		createFolder: (path: string) => run('INSERT INTO folders VALUES (?, NULL)', path),
		add({ folder, flags, summary, body, source }: Indexed): Location {
			const kin = joined([summary.inReplyTo, ...summary.references]);
			const people = (addresses: Summary['from']) =>
				folded(addresses.map(({ name, address }) => `${name} ${address}`).join('\n'));
			const { lastInsertRowid } = run(
				`INSERT INTO messages (folder, date, message_id, kin, flags, senders, recipients, subject, body, summary, source)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				folder,
				summary.date,
				summary.messageId,
				kin,
				joined(flags),
				people(summary.from),
				people([...summary.to, ...summary.cc]),
				folded(summary.subject),
				folded(body),
				JSON.stringify(summary),
				source,
			);
			return { account, folder, validity, uid: Number(lastInsertRowid) };
		},
		search(folder: string, query: Query, limit: number, below: number): Summary[] {
			const { where, values } = conditions(query);
			return rows(`WHERE folder = ? AND uid < ? ${where} ORDER BY uid DESC LIMIT ?`, folder, below, ...values, limit);
		},
		related(ids: readonly string[], folders: readonly string[]): Summary[] {
			const any = ids.map(() => `message_id = ? OR kin LIKE ? ESCAPE '\\'`).join(' OR ');
			const within = folders.map(() => '?').join(', ');
			const values = ids.flatMap((id) => [id, like(` ${id} `)]);
			return rows(`WHERE folder IN (${within}) AND (${any}) ORDER BY uid LIMIT 500`, ...folders, ...values);
		},
		get: (folder: string, uid: number): Summary | undefined => rows('WHERE folder = ? AND uid = ?', folder, uid)[0],
		source: (uid: number): Uint8Array =>
			database.prepare('SELECT source FROM messages WHERE uid = ?').get(uid)?.source as Uint8Array,
		setFlags: (uid: number, flags: readonly string[]) =>
			run('UPDATE messages SET flags = ? WHERE uid = ?', joined(flags), uid),
		move: (uid: number, folder: string) => run('UPDATE messages SET folder = ? WHERE uid = ?', folder, uid),
		destroy: (uid: number) => run('DELETE FROM messages WHERE uid = ?', uid),
		atomically: <T>(work: () => T): T => atomically(database, work),
		close: () => database.close(),
	};
}

function conditions(query: Query): { where: string; values: SQLInputValue[] } {
	const { text, from, to, subject, since, before, unread, flagged, hasAttachment } = query;
	const contains = (column: string, value: string | undefined): [string, SQLInputValue[]][] =>
		value === undefined ? [] : [[`${column} LIKE ? ESCAPE '\\'`, [like(folded(value))]]];
	const has = (flag: string, wanted: boolean | undefined): [string, SQLInputValue[]][] =>
		wanted === undefined ? [] : [[`flags ${wanted ? '' : 'NOT '}LIKE ?`, [`% ${flag} %`]]];
	const on = (sign: string, day: string | undefined): [string, SQLInputValue[]][] =>
		day === undefined ? [] : [[`date ${sign} ?`, [new Date(`${day}T00:00:00`).toISOString()]]];
	const all = [
		...contains(`senders || char(10) || recipients || char(10) || subject || char(10) || body`, text),
		...contains('senders', from),
		...contains('recipients', to),
		...contains('subject', subject),
		...on('>=', since),
		...on('<', before),
		...has('seen', unread === undefined ? undefined : !unread),
		...has('flagged', flagged),
		...(hasAttachment === undefined
			? []
			: [[`summary ->> 'attachments' ${hasAttachment ? '>' : '='} 0`, []] as [string, SQLInputValue[]]]),
	];
	return { where: all.map(([sql]) => `AND (${sql})`).join(' '), values: all.flatMap(([, values]) => values) };
}

/** LIKE folds case for ASCII alone. */
function folded(text: string): string {
	return text.normalize('NFC').toLowerCase();
}

function like(text: string): string {
	return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** Words with a blank on either side of each, so that one is found whole. */
function joined(words: readonly string[]): string {
	return ` ${words.filter((word) => word !== '').join(' ')} `;
}

function list(words: string): string[] {
	return words.split(' ').filter((word) => word !== '');
}
