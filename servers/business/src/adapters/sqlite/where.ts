import type { SQLInputValue } from 'node:sqlite';
import { Fault } from '@switchboard/kit';
import type { Scalar } from '../../connector.ts';
import { connectionId } from '../../crm/execute.ts';
import type { Field } from '../../crm/model.ts';
import { isDate, readScalar } from '../../crm/values.ts';
import type { Comparison, Filter } from '../../filter.ts';
import { parseRef } from '../../refs.ts';
import type { Paths } from './paths.ts';
import { cellOf } from './tables.ts';

/** A condition as SQL with its parameters in order; values never become text of the statement. */
export interface Condition {
	readonly sql: string;
	readonly parameters: readonly SQLInputValue[];
}

type Test = Filter & { kind: 'test' };

export function conditionOf(filter: Filter, paths: Paths): Condition {
	switch (filter.kind) {
		case 'and':
		case 'or': {
			const parts = filter.of.map((part) => conditionOf(part, paths));
			if (parts.length === 0) return { sql: filter.kind === 'and' ? '1' : '0', parameters: [] };
			const word = filter.kind === 'and' ? ' AND ' : ' OR ';
			return {
				sql: `(${parts.map(({ sql }) => sql).join(word)})`,
				parameters: parts.flatMap(({ parameters }) => parameters),
			};
		}
		case 'not': {
			// What is unknown because a field is empty counts as not fulfilled, so its negation holds.
			const { sql, parameters } = conditionOf(filter.of, paths);
			return { sql: `NOT coalesce(${sql}, 0)`, parameters };
		}
		case 'test':
			return testOf(filter, paths);
	}
}

const operators: Partial<Record<Comparison, string>> = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function testOf({ path, comparison, values }: Test, paths: Paths): Condition {
	const { sql, field } = paths.column(path);
	const [first = null] = values;
	const cell = (value: Scalar, end: 'start' | 'end' = 'start') => cellFor(field, path, value, end);
	switch (comparison) {
		case 'empty':
			return {
				sql: first === true ? `(${sql} IS NULL OR ${sql} = '')` : `(${sql} IS NOT NULL AND ${sql} <> '')`,
				parameters: [],
			};
		case 'like':
			return likeOf(sql, field, path, first);
		case 'in': {
			const filled = values.filter((value) => value !== null);
			const list = `${sql} IN (${filled.map(() => '?').join(', ')})`;
			return {
				sql: filled.length < values.length ? `(${list} OR ${sql} IS NULL)` : list,
				parameters: filled.map((value) => cell(value)),
			};
		}
		case 'between':
			return { sql: `${sql} BETWEEN ? AND ?`, parameters: [cell(first), cell(values[1] ?? null, 'end')] };
		case 'eq':
			if (first === null) return { sql: `${sql} IS NULL`, parameters: [] };
			if (field.type === 'time' && typeof first === 'string' && isDate(first)) {
				return { sql: `${sql} BETWEEN ? AND ?`, parameters: [cell(first), cell(first, 'end')] };
			}
			return { sql: `${sql} = ?`, parameters: [cell(first)] };
		default:
			return {
				sql: `${sql} ${operators[comparison]} ?`,
				parameters: [cell(first, comparison === 'gt' || comparison === 'lte' ? 'end' : 'start')],
			};
	}
}

const maxPattern = 200;
const maxWildcards = 6;

function likeOf(sql: string, field: Field, path: string, pattern: Scalar): Condition {
	if (typeof pattern !== 'string' || !['text', 'choice', 'currency', 'date', 'time'].includes(field.type)) {
		throw wrong(path, 'like compares texts');
	}
	if (pattern.length > maxPattern || pattern.split('%').length - 1 > maxWildcards) {
		throw wrong(path, `a pattern has at most ${maxPattern} characters and ${maxWildcards} wildcards %`);
	}
	// SQLite folds the case of ASCII only.
	return [...pattern].every((character) => character < '\u0080')
		? { sql: `${sql} LIKE ? ESCAPE '\\'`, parameters: [pattern] }
		: { sql: `fold(${sql}) LIKE fold(?) ESCAPE '\\'`, parameters: [pattern] };
}

/** A filter's value as the column holds it. */
function cellFor(field: Field, path: string, value: Scalar, end: 'start' | 'end'): SQLInputValue {
	if (value === null) return null;
	if (field.type === 'relation') {
		if (typeof value !== 'string') throw wrong(path, 'takes the reference of a record');
		const ref = parseRef(value);
		if (ref.entity !== field.to || ref.connection !== connectionId)
			throw wrong(path, `takes the reference of a ${field.to}`);
		return ref.id;
	}
	if (field.type === 'time') return timeOf(path, value, end);
	// A text longer than the field may be simply matches nothing.
	if (field.type === 'text') return typeof value === 'string' ? value : String(value);
	const read = readScalar(field, value);
	if ('problem' in read) throw wrong(path, read.problem);
	return cellOf(read.value);
}

/** A day stands for its first or its last moment. */
function timeOf(path: string, value: Scalar, end: 'start' | 'end'): string {
	const text = String(value);
	if (isDate(text)) return end === 'end' ? `${text}T23:59:59.999Z` : `${text}T00:00:00.000Z`;
	const at = new Date(text);
	if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(at.getTime()))
		throw wrong(path, 'takes a date or an ISO 8601 time');
	return at.toISOString();
}

function wrong(path: string, problem: string): Fault {
	return new Fault('invalid_input', `filter on ${path.slice(0, 80)}: ${problem}.`);
}
