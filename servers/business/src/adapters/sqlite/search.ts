import type { SQLInputValue } from 'node:sqlite';
import { digestOf, Fault } from '@switchboard/kit';
import type { Order, Page, Row, Scalar, SearchQuery } from '../../connector.ts';
import { entityNamed } from '../../crm/entities.ts';
import { connectionId } from '../../crm/execute.ts';
import type { Entity } from '../../crm/model.ts';
import { present } from '../../crm/values.ts';
import { formatRef } from '../../refs.ts';
import { type Column, createPaths, type Paths } from './paths.ts';
import { heldValue, type Prepare } from './tables.ts';
import { type Condition, conditionOf } from './where.ts';

interface Key extends Order {
	readonly column: Column;
}

/** One page of records; the cursor holds where the last row stood, so pages neither repeat nor skip. */
export function search(query: SearchQuery, prepare: Prepare): Page {
	const entity = entityNamed(query.entity);
	const paths = createPaths(entity);
	const shown = (query.fields ?? entity.summary).map((path) => ({
		path,
		column: paths.column(path),
		currency: currencyColumn(path, paths),
	}));
	const keys = keysOf(query.order, paths);
	const filter = query.filter === undefined ? { sql: '1', parameters: [] } : conditionOf(query.filter, paths);
	const mark = digestOf({
		entity: entity.name,
		filter: query.filter ?? null,
		order: keys.map(({ path, descending }) => [path, descending]),
	}).slice(0, 16);
	const after =
		query.cursor === undefined ? undefined : conditionAfter(keys, openCursor(query.cursor, mark, keys.length));

	const select = shown.map(
		({ column, currency }, index) => `${column.sql} AS c${index}, ${currency ?? 'NULL'} AS m${index}`,
	);
	const order = keys.map(({ column, descending }) => `${column.sql} ${descending ? 'DESC' : 'ASC'}`);
	const rows = prepare(
		`SELECT r.id AS id, r.version AS version${[...select, ...keys.map(({ column }, index) => `${column.sql} AS k${index}`)].map((part) => `, ${part}`).join('')}
		${paths.from()} WHERE ${filter.sql}${after === undefined ? '' : ` AND (${after.sql})`} ORDER BY ${order.join(', ')} LIMIT ?`,
	).all(...filter.parameters, ...(after?.parameters ?? []), query.limit + 1);

	const page = rows.slice(0, query.limit);
	const last = page.at(-1);
	return {
		rows: page.map((row) => rowOf(entity, shown, row)),
		nextCursor: rows.length > query.limit && last !== undefined ? sealCursor(mark, keys, last) : undefined,
		total: query.count ? countOf(filter, paths, prepare) : undefined,
	};
}

type Shown = readonly { readonly path: string; readonly column: Column }[];

function rowOf(entity: Entity, shown: Shown, row: Record<string, unknown>): Row {
	const values: Record<string, Scalar> = {};
	for (const [index, { path, column }] of shown.entries()) {
		const currency = row[`m${index}`];
		const value = heldValue(column.field, row[`c${index}`] as SQLInputValue);
		values[path] = present(column.field, value, typeof currency === 'string' ? currency : undefined, connectionId);
	}
	return {
		ref: formatRef({ connection: connectionId, entity: entity.name, id: String(row.id) }),
		version: String(row.version),
		values,
	};
}

/** The currency that an amount is in, reached from the same record. */
export function currencyColumn(path: string, paths: Paths): string | undefined {
	const { field } = paths.column(path);
	if (field.currency === undefined) return undefined;
	const prefix = path.slice(0, path.lastIndexOf('.') + 1);
	return paths.column(`${prefix}${field.currency}`).sql;
}

/** Newest first where nothing is said; the id last, so that the order is total. */
function keysOf(order: readonly Order[], paths: Paths): readonly Key[] {
	const wanted = order.length === 0 ? [{ path: 'created_at', descending: true }] : order;
	const keys = wanted.map((key) => ({ ...key, column: paths.column(key.path) }));
	const descending = keys.at(-1)?.descending ?? false;
	return [...keys, { path: 'ref', descending, column: paths.column('ref') }];
}

/** Behind the given row; empty values come first, as SQLite sorts them. */
function conditionAfter(keys: readonly Key[], row: readonly SQLInputValue[]): Condition {
	const parameters: SQLInputValue[] = [];
	const parts = keys.map((key, index) => {
		const same = keys.slice(0, index).map(({ column }, at) => {
			parameters.push(row[at] ?? null);
			return `${column.sql} IS ?`;
		});
		return [...same, beyond(key, row[index] ?? null, parameters)].join(' AND ');
	});
	return { sql: parts.map((part) => `(${part})`).join(' OR '), parameters };
}

function beyond({ column: { sql }, descending }: Key, value: SQLInputValue, parameters: SQLInputValue[]): string {
	if (value === null) return descending ? '0' : `${sql} IS NOT NULL`;
	parameters.push(value);
	return descending ? `(${sql} < ? OR ${sql} IS NULL)` : `${sql} > ?`;
}

function countOf(filter: Condition, paths: Paths, prepare: Prepare): number {
	return Number(prepare(`SELECT count(*) AS n ${paths.from()} WHERE ${filter.sql}`).get(...filter.parameters)?.n);
}

function sealCursor(mark: string, keys: readonly Key[], row: Record<string, unknown>): string {
	const at = keys.map((_, index) => {
		const cell = row[`k${index}`];
		return typeof cell === 'bigint' ? { n: String(cell) } : cell;
	});
	return Buffer.from(JSON.stringify([mark, ...at])).toString('base64url');
}

function openCursor(cursor: string, mark: string, keys: number): readonly SQLInputValue[] {
	const wrong = () =>
		new Fault('invalid_input', 'The cursor is not of this search.', {
			hint: 'Repeat the search that returned it, unchanged.',
		});
	try {
		const [sealed, ...at] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
		if (sealed !== mark || at.length !== keys) throw wrong();
		return at.map((cell) => (typeof cell === 'string' || cell === null ? cell : BigInt((cell as { n: string }).n)));
	} catch {
		throw wrong();
	}
}
