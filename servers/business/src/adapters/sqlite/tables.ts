import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { fieldNamed } from '../../crm/entities.ts';
import type { Entity, Field, Stored, Value } from '../../crm/model.ts';
import type { Tables } from '../../crm/tx.ts';

/** Statements of one database, each prepared once; integers come back whole. */
export type Prepare = (sql: string) => StatementSync;

export function createPrepare(db: DatabaseSync): Prepare {
	const statements = new Map<string, StatementSync>();
	return (sql) => {
		const known = statements.get(sql);
		if (known !== undefined) return known;
		const statement = db.prepare(sql);
		statement.setReadBigInts(true);
		// Filters make ever new texts; what is asked for again soon comes back from here.
		if (statements.size > 500) statements.clear();
		statements.set(sql, statement);
		return statement;
	};
}

export function createTables(prepare: Prepare): Tables {
	return {
		read(entity, id) {
			const row = prepare(`SELECT * FROM ${entity.table} WHERE id = ?`).get(id);
			return row === undefined ? undefined : storedOf(entity, row);
		},
		children(entity, field, id) {
			fieldNamed(entity, field);
			const rows = prepare(`SELECT * FROM ${entity.table} WHERE ${quoted(field)} = ? ORDER BY rowid`).all(id);
			return rows.map((row) => storedOf(entity, row));
		},
		insert(entity, record) {
			const names = Object.keys(entity.fields);
			const marks = names.map(() => ', ?').join('');
			prepare(
				`INSERT INTO ${entity.table} (id, version, created_at, updated_at${names.map((name) => `, ${quoted(name)}`).join('')})
				VALUES (?, ?, ?, ?${marks})`,
			).run(record.id, record.version, record.createdAt, record.updatedAt, ...cells(entity, record));
		},
		update(entity, record) {
			const sets = Object.keys(entity.fields).map((name) => `, ${quoted(name)} = ?`);
			prepare(`UPDATE ${entity.table} SET version = ?, updated_at = ?${sets.join('')} WHERE id = ?`).run(
				record.version,
				record.updatedAt,
				...cells(entity, record),
				record.id,
			);
		},
		remove(entity, id) {
			prepare(`DELETE FROM ${entity.table} WHERE id = ?`).run(id);
		},
		count(sequence) {
			const row = prepare(
				'INSERT INTO sequences VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last',
			).get(sequence);
			return Number(row?.last);
		},
	};
}

/** Names come from the model, never from a caller; quoted since some are SQL's own words. */
export function quoted(name: string): string {
	return `"${name}"`;
}

function cells(entity: Entity, record: Stored): SQLInputValue[] {
	return Object.keys(entity.fields).map((name) => cellOf(record.values[name] ?? null));
}

export function cellOf(value: Value): SQLInputValue {
	return typeof value === 'boolean' ? Number(value) : value;
}

function storedOf(entity: Entity, row: Record<string, unknown>): Stored {
	const values = Object.fromEntries(
		Object.entries(entity.fields).map(([name, field]) => [name, heldValue(field, row[name] as SQLInputValue)]),
	);
	return {
		id: String(row.id),
		version: Number(row.version),
		createdAt: String(row.created_at),
		updatedAt: String(row.updated_at),
		values,
	};
}

/** A cell as the rules hold it. */
export function heldValue(field: Field, cell: SQLInputValue): Value {
	if (cell === null || cell === undefined) return null;
	if (field.type === 'boolean') return BigInt(cell as bigint) !== 0n;
	if (field.type === 'integer') return Number(cell);
	return typeof cell === 'bigint' ? cell : String(cell);
}
