import { digestOf } from '@switchboard/kit/digest';
import type { AuditQuery, AuditRecord } from '../gateway.ts';
import type { Store } from './store.ts';

export interface Audit {
	/** Appends one record; durable where the call had an effect. */
	append(record: Omit<AuditRecord, 'seq' | 'hash'>, durable: boolean): AuditRecord;
	tail(count: number): readonly AuditRecord[];
	query(query: AuditQuery): readonly AuditRecord[];
	/** Recomputes the chain; `brokenAt` is the first record that does not follow from the one before. */
	verify(): { readonly records: number; readonly brokenAt?: number };
	onRecord(listener: (record: AuditRecord) => void): () => void;
}

const insert =
	'INSERT INTO audit (seq, agent, skill, status, session, at, record, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';

/** The append-only record of every Call, each entry hashed with the one before it. */
export function createAudit(store: Store): Audit {
	const listeners = new Set<(record: AuditRecord) => void>();
	const last = store.get('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
	let seq = Number(last?.seq ?? 0);
	let head = String(last?.hash ?? '');

	return {
		append(entry, durable) {
			const record = { ...entry, seq: seq + 1 };
			const hash = linkOf(head, record);
			const values = [
				record.seq,
				record.agent,
				record.skill,
				record.status,
				record.session,
				record.at,
				JSON.stringify(record),
				hash,
			] as const;
			if (durable) store.run(insert, ...values);
			else store.quick(insert, ...values);
			seq = record.seq;
			head = hash;
			const whole = { ...record, hash };
			for (const listener of listeners) listener(whole);
			return whole;
		},
		tail: (count) =>
			store.all('SELECT record, hash FROM audit ORDER BY seq DESC LIMIT ?', count).map(recordOf).reverse(),
		query({ agent, skill, status, session, since, limit = 1_000 }) {
			return store
				.all(
					`SELECT record, hash FROM (SELECT seq, record, hash FROM audit
						WHERE (?1 IS NULL OR agent = ?1) AND (?2 IS NULL OR skill = ?2) AND (?3 IS NULL OR status = ?3)
						AND (?4 IS NULL OR session = ?4) AND (?5 IS NULL OR at >= ?5) ORDER BY seq DESC LIMIT ?6) ORDER BY seq`,
					agent ?? null,
					skill ?? null,
					status ?? null,
					session ?? null,
					since ?? null,
					limit,
				)
				.map(recordOf);
		},
		verify() {
			let previous = '';
			let expected = 1;
			for (const row of store.all('SELECT seq, record, hash FROM audit ORDER BY seq')) {
				const record = JSON.parse(String(row.record)) as AuditRecord;
				if (row.seq !== expected || record.seq !== expected || linkOf(previous, record) !== row.hash)
					return { records: expected - 1, brokenAt: expected };
				previous = String(row.hash);
				expected += 1;
			}
			return { records: expected - 1 };
		},
		onRecord(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

function linkOf(previous: string, record: Omit<AuditRecord, 'hash'>): string {
	return digestOf({ previous, record });
}

function recordOf(row: Record<string, unknown>): AuditRecord {
	return { ...(JSON.parse(String(row.record)) as Omit<AuditRecord, 'hash'>), hash: String(row.hash) };
}
