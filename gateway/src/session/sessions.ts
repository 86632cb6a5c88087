import { randomUUID } from 'node:crypto';
import { Fault } from '@switchboard/kit/fault';
import type { Session } from '../gateway.ts';
import type { Row, Store } from '../journal/store.ts';

export interface OpenSession {
	/** What makes it the same Session again: a shim's connection, an HTTP session, the CLI in a folder. */
	readonly key?: string;
	readonly principal: string;
	readonly host: string;
	readonly folder?: string;
	/** The owner himself started it there, so its folder needs no question. */
	readonly trusted?: boolean;
}

export interface Sessions {
	open(about: OpenSession): Session;
	list(): readonly Session[];
	get(id: string): Session | undefined;
	isTrusted(id: string): boolean;
	/** Origins the owner named in this Session. */
	origins(id: string): readonly string[];
	/** Every origin in the owner's own words may be reached in this Session, private or not. */
	grantNamedOrigins(id: string, words: string): void;
	touch(id: string): void;
	close(id: string): Promise<void>;
}

/** One context boundary each, kept over restarts; `onEnd` frees what was kept for one. */
export function createSessions(
	store: Store,
	onEnd: (session: string) => Promise<void>,
	now: () => Date = () => new Date(),
): Sessions {
	const origins = new Map<string, Set<string>>();
	const open = 'FROM sessions WHERE closed_at IS NULL';

	function get(id: string): Session | undefined {
		const row = store.get(`SELECT * ${open} AND id = ?`, id);
		return row && sessionOf(row);
	}

	function touch(id: string): void {
		try {
			store.quick('UPDATE sessions SET last_used_at = ? WHERE id = ?', now().toISOString(), id);
		} catch (error) {
			// A disk that is full must not keep anyone from reading.
			if (!(error instanceof Fault)) throw error;
		}
	}

	return {
		open({ key, principal, host, folder, trusted = false }) {
			const known =
				key === undefined ? undefined : store.get(`SELECT * ${open} AND principal = ? AND key = ?`, principal, key);
			if (known !== undefined) {
				touch(String(known.id));
				return sessionOf(known);
			}
			const at = now().toISOString();
			const session = { id: randomUUID(), principal, host, folder, createdAt: at, lastUsedAt: at };
			store.quick(
				'INSERT INTO sessions (id, key, principal, host, folder, trusted, created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
				session.id,
				key ?? null,
				principal,
				host,
				folder ?? null,
				trusted ? 1 : 0,
				at,
				at,
			);
			return session;
		},
		list: () => store.all(`SELECT * ${open} ORDER BY last_used_at DESC`).map(sessionOf),
		get,
		isTrusted: (id) => store.get(`SELECT trusted ${open} AND id = ?`, id)?.trusted === 1,
		origins: (id) => [...(origins.get(id) ?? [])],
		grantNamedOrigins(id, words) {
			const named = origins.get(id) ?? new Set();
			for (const origin of originsIn(words)) named.add(origin);
			origins.set(id, named);
		},
		touch,
		async close(id) {
			origins.delete(id);
			const changed = store.run(
				'UPDATE sessions SET closed_at = ? WHERE id = ? AND closed_at IS NULL',
				now().toISOString(),
				id,
			);
			if (changed > 0) await onEnd(id);
		},
	};
}

/** The origins of the web addresses a text names. */
function originsIn(words: string): readonly string[] {
	return [...words.matchAll(/https?:\/\/[^\s"'<>)]+/gi)].flatMap(([url]) =>
		URL.canParse(url) ? [new URL(url).origin] : [],
	);
}

function sessionOf(row: Row): Session {
	return {
		id: String(row.id),
		principal: String(row.principal),
		host: String(row.host),
		folder: row.folder === null ? undefined : String(row.folder),
		createdAt: String(row.created_at),
		lastUsedAt: String(row.last_used_at),
	};
}
