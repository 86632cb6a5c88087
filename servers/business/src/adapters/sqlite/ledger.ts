import { Fault } from '@switchboard/kit';
import type { HistoryEntry, HistoryPage, HistoryQuery, Planned, Receipt } from '../../change.ts';
import type { By, Values } from '../../connector.ts';
import { connectionId, type Reversal } from '../../crm/execute.ts';
import type { Work } from '../../crm/run.ts';
import { changeRef, formatRef } from '../../refs.ts';
import type { Prepare } from './tables.ts';

/** A change, planned or applied. */
export interface Entry {
	readonly id: string;
	readonly principal: string;
	readonly work: Work;
	readonly hash: string;
	readonly planned: Planned;
	/** The moment that the change counts as its own. */
	readonly now: string;
	readonly expiresAt: string;
	readonly receipt?: Receipt | undefined;
}

export interface Remembered {
	readonly change: string;
	readonly by: By;
	readonly at: string;
	readonly entity: string;
	readonly id: string;
	readonly what: string;
	readonly before: { readonly version: number; readonly values: Values } | undefined;
	readonly after: { readonly version: number; readonly values: Values } | undefined;
}

export interface Ledger {
	add(entry: Entry): void;
	/** A change of this principal; another's does not exist for him. */
	find(id: string, principal: string): Entry | undefined;
	settle(id: string, receipt: Receipt): void;
	prune(now: string): void;
	remember(row: Remembered): void;
	/** What has to be put back to undo a change, the last write first. */
	reversals(change: string): readonly Reversal[];
	/** The change that took this one back, unless it was taken back itself. */
	undoneBy(change: string): string | undefined;
}

export function createLedger(prepare: Prepare): Ledger {
	function undoneBy(change: string): string | undefined {
		const rows = prepare(
			"SELECT id FROM changes WHERE kind = 'undo' AND json_extract(body, '$.of') = ? AND receipt IS NOT NULL",
		).all(change);
		return rows.map(({ id }) => String(id)).find((id) => undoneBy(id) === undefined);
	}
	return {
		add({ id, principal, work, hash, planned, now, expiresAt }) {
			prepare('INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)').run(
				id,
				principal,
				work.kind,
				JSON.stringify(work),
				hash,
				JSON.stringify(planned),
				now,
				expiresAt,
			);
		},
		find(id, principal) {
			const row = prepare('SELECT * FROM changes WHERE id = ? AND principal = ?').get(id, principal);
			return row === undefined ? undefined : entryOf(row);
		},
		settle: (id, receipt) =>
			void prepare('UPDATE changes SET receipt = ? WHERE id = ?').run(JSON.stringify(receipt), id),
		prune: (now) => void prepare('DELETE FROM changes WHERE receipt IS NULL AND expires_at < ?').run(now),
		remember({ change, by, at, entity, id, what, before, after }) {
			prepare(
				`INSERT INTO history (change_id, call, principal, at, entity, record_id, what, version_before, version_after, values_before, values_after)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			).run(
				change,
				by.call,
				by.principal,
				at,
				entity,
				id,
				what,
				before?.version ?? null,
				after?.version ?? null,
				before === undefined ? null : JSON.stringify(before.values),
				after === undefined ? null : JSON.stringify(after.values),
			);
		},
		reversals(change) {
			return prepare('SELECT * FROM history WHERE change_id = ? ORDER BY seq DESC')
				.all(change)
				.map((row) => ({
					entity: String(row.entity),
					id: String(row.record_id),
					before: jsonOf<Values>(row.values_before),
					versionBefore: numberOf(row.version_before),
					versionAfter: numberOf(row.version_after),
				}));
		},
		undoneBy,
	};
}

/** History, newest first. */
export function readHistory({ record, change, principal, limit, cursor }: HistoryQuery, prepare: Prepare): HistoryPage {
	const conditions: { readonly sql: string; readonly parameters: readonly (string | number)[] | undefined }[] = [
		{ sql: 'entity = ? AND record_id = ?', parameters: record && [record.entity, record.id] },
		{ sql: 'change_id = ?', parameters: change === undefined ? undefined : [change] },
		{ sql: 'principal = ?', parameters: principal === undefined ? undefined : [principal] },
		{ sql: 'seq < ?', parameters: cursor === undefined ? undefined : [Number(cursor)] },
	];
	if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
		throw new Fault('invalid_input', 'The cursor is not of this history.');
	const given = conditions.filter(({ parameters }) => parameters !== undefined);
	const where = given.length === 0 ? '1' : given.map(({ sql }) => sql).join(' AND ');
	const rows = prepare(`SELECT * FROM history WHERE ${where} ORDER BY seq DESC LIMIT ?`).all(
		...given.flatMap(({ parameters }) => parameters ?? []),
		limit + 1,
	);
	const page = rows.slice(0, limit);
	return { entries: page.map(historyEntryOf), nextCursor: rows.length > limit ? String(page.at(-1)?.seq) : undefined };
}

function historyEntryOf(row: Record<string, unknown>): HistoryEntry {
	const before = jsonOf<Values>(row.values_before);
	const after = jsonOf<Values>(row.values_after);
	return {
		at: String(row.at),
		principal: String(row.principal),
		call: String(row.call),
		changeId: changeRef(connectionId, String(row.change_id)),
		ref: formatRef({ connection: connectionId, entity: String(row.entity), id: String(row.record_id) }),
		what: String(row.what),
		...(row.version_before !== null && { versionBefore: String(row.version_before) }),
		...(row.version_after !== null && { versionAfter: String(row.version_after) }),
		...(before !== undefined && { before }),
		...(after !== undefined && { after }),
	};
}

/** Rows of this file hold what this file wrote. */
function entryOf(row: Record<string, unknown>): Entry {
	return {
		id: String(row.id),
		principal: String(row.principal),
		work: JSON.parse(String(row.body)) as Work,
		hash: String(row.hash),
		planned: JSON.parse(String(row.planned)) as Planned,
		now: String(row.now),
		expiresAt: String(row.expires_at),
		receipt: jsonOf<Receipt>(row.receipt),
	};
}

function jsonOf<T>(cell: unknown): T | undefined {
	return typeof cell === 'string' ? (JSON.parse(cell) as T) : undefined;
}

function numberOf(cell: unknown): number | undefined {
	return typeof cell === 'bigint' ? Number(cell) : undefined;
}
