import type { SQLInputValue } from 'node:sqlite';
import { Fault } from '@switchboard/kit';
import type { AggregateQuery, AggregateRows, DateBucket, Scalar } from '../../connector.ts';
import { entityNamed } from '../../crm/entities.ts';
import { connectionId } from '../../crm/execute.ts';
import type { Field } from '../../crm/model.ts';
import { present } from '../../crm/values.ts';
import { divide } from '../../decimal.ts';
import { createPaths, type Paths } from './paths.ts';
import { currencyColumn } from './search.ts';
import { heldValue, type Prepare } from './tables.ts';
import { conditionOf } from './where.ts';

interface Group {
	readonly name: string;
	readonly sql: string;
	readonly field: Field;
}

interface Measure extends Group {
	readonly kind: AggregateQuery['measures'][number]['kind'];
	readonly currency: string | undefined;
}

const buckets: Readonly<Record<DateBucket, (column: string) => string>> = {
	day: (column) => `substr(${column}, 1, 10)`,
	week: (column) => `strftime('%G-W%V', ${column})`,
	month: (column) => `substr(${column}, 1, 7)`,
	quarter: (column) => `substr(${column}, 1, 4) || '-Q' || ((CAST(substr(${column}, 6, 2) AS INTEGER) + 2) / 3)`,
	year: (column) => `substr(${column}, 1, 4)`,
};

/** Counts and sums by group; amounts of different currencies are never added up. */
export function aggregate(query: AggregateQuery, prepare: Prepare): AggregateRows {
	const paths = createPaths(entityNamed(query.entity));
	const measures = query.measures.map((measure) => measureOf(measure, paths));
	const groups = [...query.groupBy.map((group) => groupOf(group, paths)), ...currenciesOf(measures, query, paths)];
	const filter = query.filter === undefined ? { sql: '1', parameters: [] } : conditionOf(query.filter, paths);
	const columns = [
		...groups.map(({ sql }, index) => `${sql} AS g${index}`),
		...measures.flatMap((measure, index) => [`${sqlOf(measure)} AS v${index}`, `count(${measure.sql}) AS n${index}`]),
	];
	const by =
		groups.length === 0
			? ''
			: ` GROUP BY ${groups.map(({ sql }) => sql).join(', ')} ORDER BY ${groups.map((_, index) => `g${index}`).join(', ')}`;
	const rows = prepare(`SELECT ${columns.join(', ')} ${paths.from()} WHERE ${filter.sql}${by} LIMIT ?`).all(
		...filter.parameters,
		query.limit + 1,
	);
	return {
		rows: rows.slice(0, query.limit).map((row) => rowOf(row, groups, measures)),
		more: rows.length > query.limit,
	};
}

function groupOf({ path, bucket }: AggregateQuery['groupBy'][number], paths: Paths): Group {
	const { sql, field } = paths.column(path);
	if (bucket === undefined) return { name: path, sql, field };
	if (field.type !== 'date' && field.type !== 'time')
		throw new Fault('invalid_input', `${path} is no date, so it has no ${bucket}.`);
	return { name: `${path}:${bucket}`, sql: buckets[bucket](sql), field: { type: 'text' } };
}

function measureOf({ kind, path }: AggregateQuery['measures'][number], paths: Paths): Measure {
	if (kind === 'count') {
		const { sql, field } = paths.column(path ?? 'ref');
		return { name: path === undefined ? 'count' : `count:${path}`, kind, sql, field, currency: undefined };
	}
	if (path === undefined) throw new Fault('invalid_input', `${kind} needs a field: ${kind}:total.`);
	const { sql, field } = paths.column(path);
	const isNumber = ['decimal', 'price', 'money', 'integer'].includes(field.type);
	if (!isNumber && (kind === 'sum' || kind === 'avg'))
		throw new Fault('invalid_input', `${path} is no number, so it has no ${kind}.`);
	if (field.type === 'relation' || field.type === 'boolean')
		throw new Fault('invalid_input', `${path} has no ${kind}.`);
	return { name: `${kind}:${path}`, kind, sql, field, currency: currencyColumn(path, paths) };
}

/** Where amounts are added up, each currency is a group of its own. */
function currenciesOf(measures: readonly Measure[], query: AggregateQuery, paths: Paths): readonly Group[] {
	const given = new Set(query.groupBy.map(({ path }) => paths.column(path).sql));
	const sqls = new Set(
		measures.flatMap(({ currency }) => (currency === undefined || given.has(currency) ? [] : [currency])),
	);
	if (sqls.size > 1)
		throw new Fault('invalid_input', 'These measures are in currencies of different records; ask for them one by one.');
	return [...sqls].map((sql) => ({ name: 'currency', sql, field: { type: 'currency' } }));
}

/** A mean is divided here, since SQLite would do it in floats. */
function sqlOf({ kind, sql }: Measure): string {
	return `${kind === 'avg' ? 'sum' : kind}(${sql})`;
}

function rowOf(
	row: Record<string, unknown>,
	groups: readonly Group[],
	measures: readonly Measure[],
): Record<string, Scalar> {
	const values: Record<string, Scalar> = {};
	for (const [index, { name, field }] of groups.entries()) {
		values[name] = present(field, heldValue(field, row[`g${index}`] as SQLInputValue), undefined, connectionId);
	}
	for (const [index, { name, kind, field, currency: column }] of measures.entries()) {
		const cell = row[`v${index}`] as SQLInputValue;
		const at = groups.findIndex(({ sql }) => sql === column);
		const currency = at === -1 ? undefined : (row[`g${at}`]?.toString() ?? undefined);
		if (kind === 'count') values[name] = Number(cell);
		else if (kind === 'avg') values[name] = mean(field, cell, row[`n${index}`] as bigint, currency);
		else values[name] = present(field, heldValue(field, cell), currency, connectionId);
	}
	return values;
}

function mean(field: Field, sum: SQLInputValue, count: bigint, currency: string | undefined): Scalar {
	if (typeof sum !== 'bigint' || count === 0n) return null;
	if (field.type === 'integer')
		return present({ type: 'decimal' }, divide(sum * 10_000n, count), undefined, connectionId);
	return present(field, divide(sum, count), currency, connectionId);
}
