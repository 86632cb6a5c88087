import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { Attachment, Connector, FullRecord, RecordId } from '../../connector.ts';
import { describe } from '../../crm/describe.ts';
import { entities, entityNamed } from '../../crm/entities.ts';
import { connectionId } from '../../crm/execute.ts';
import { aggregate } from './aggregate.ts';
import { type Changes, createChanges } from './changes.ts';
import { createFiles } from './files.ts';
import { readHistory } from './ledger.ts';
import { migrations } from './migrations.ts';
import { openDatabase, translated } from './open.ts';
import { search } from './search.ts';
import { createPrepare, type Prepare } from './tables.ts';

export interface Crm extends Connector {
	close(): void;
}

interface Store {
	readonly prepare: Prepare;
	readonly changes: Changes;
	close(): void;
}

/** The embedded CRM below `folder`: one SQLite file, opened on first use, and the content of attachments. */
export function createCrm(folder: string, currency: string): Crm {
	const files = createFiles(join(folder, 'files'));
	let opened: Store | undefined;

	function store(): Store {
		if (opened !== undefined) return opened;
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const db = openDatabase(join(folder, 'crm.db'));
		db.function('fold', { deterministic: true }, (text) => (text === null ? null : String(text).toLowerCase()));
		const prepare = createPrepare(db);
		opened = { prepare, changes: createChanges(db, prepare, currency), close: () => db.close() };
		return opened;
	}

	/** Reads and writes are synchronous in SQLite; what they throw becomes a Fault here. */
	async function inStore<T>(work: (store: Store) => T): Promise<T> {
		try {
			return work(store());
		} catch (error) {
			throw translated(error);
		}
	}

	const countOf = (table: string, { prepare }: Store) => Number(prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

	return {
		id: connectionId,
		about: async () => ({
			id: connectionId,
			kind: 'crm',
			title: 'Embedded CRM',
			version: String(migrations.length),
			entities: entities.length,
		}),
		entities: () =>
			inStore((at) => entities.map(({ name, title, table }) => ({ name, title, records: countOf(table, at) }))),
		describe: (name) =>
			inStore((at) => {
				const entity = entityNamed(name);
				return { ...describe(entity), records: countOf(entity.table, at) };
			}),
		search: (query) => inStore(({ prepare }) => search(query, prepare)),
		get: (id, fields) => inStore(({ prepare }) => getRecord(id, fields, prepare)),
		aggregate: (query) => inStore(({ prepare }) => aggregate(query, prepare)),
		preview: (ops, by) => inStore(({ changes }) => changes.preview(ops, by)),
		planned: (change, by) => inStore(({ changes }) => changes.planned(change, by)),
		apply: (change, hash, by) => inStore(({ changes }) => changes.apply(change, hash, by)),
		planUndo: (change, by) => inStore(({ changes }) => changes.planUndo(change, by)),
		undo: (change, hash, by) => inStore(({ changes }) => changes.undo(change, hash, by)),
		async attach(id, file, by, signal) {
			const { path, ...attachment } = file;
			const held = await inStore(({ prepare }) => getRecord(id, undefined, prepare).attachments);
			const same = held.find(({ sha256, name }) => sha256 === file.sha256 && name === file.name);
			if (same !== undefined) return { changeId: undefined, attachment: same };
			await files.keep(path, file.sha256, signal);
			const { name, sha256, size, mimeType, source, origin = null } = attachment;
			const values = { record: `${id.entity}:${id.id}`, name, sha256, size, mime_type: mimeType, source, origin };
			const receipt = await inStore(({ changes }) => changes.now({ kind: 'attach', values }, by));
			return {
				changeId: receipt.changeId,
				attachment: { name, sha256, size, mimeType, source, ...(origin !== null && { origin }) },
			};
		},
		async content(id, sha256) {
			const held = await inStore(({ prepare }) => getRecord(id, undefined, prepare).attachments);
			const attachment = held.find((other) => other.sha256 === sha256);
			if (attachment === undefined) throw new Fault('not_found', 'The record has no attachment of this SHA-256.');
			return { ...attachment, path: await files.find(sha256) };
		},
		history: (query) => inStore(({ prepare }) => readHistory(query, prepare)),
		close() {
			opened?.close();
			opened = undefined;
		},
	};
}

function getRecord(
	{ entity: name, id }: RecordId,
	fields: readonly string[] | undefined,
	prepare: Prepare,
): FullRecord {
	const entity = entityNamed(name);
	const relations = Object.entries(entity.fields).flatMap(([field, { to }]) =>
		to === undefined ? [] : [`${field}.${entityNamed(to).label}`],
	);
	const all = [...Object.keys(entity.fields), ...relations, 'created_at', 'updated_at'];
	const filter = { kind: 'test', path: 'ref', comparison: 'eq', values: [`${connectionId}:${name}:${id}`] } as const;
	const { rows } = search(
		{ entity: name, filter, fields: fields ?? all, order: [], limit: 1, cursor: undefined, count: false },
		prepare,
	);
	const [row] = rows;
	if (row === undefined)
		throw new Fault('not_found', `There is no such ${name}.`, {
			hint: 'biz_search returns the references of records.',
		});
	const files = prepare('SELECT * FROM attachments WHERE record = ? ORDER BY rowid').all(`${name}:${id}`);
	return { ...row, attachments: files.map(attachmentOf) };
}

function attachmentOf(row: Record<string, unknown>): Attachment {
	return {
		name: String(row.name),
		sha256: String(row.sha256),
		size: Number(row.size),
		mimeType: String(row.mime_type),
		source: row.source === 'own' ? 'own' : 'outside',
		...(row.origin !== null && { origin: String(row.origin) }),
	};
}
