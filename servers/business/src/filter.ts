import { Fault } from '@switchboard/kit';
import type { Scalar } from './connector.ts';

export const comparisons = ['eq', 'in', 'like', 'gt', 'gte', 'lt', 'lte', 'between', 'empty'] as const;
export type Comparison = (typeof comparisons)[number];

/** A condition on records, as connectors get it. `path` is a field or leads over relations: `company.name`. */
export type Filter =
	| { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
	| { readonly kind: 'not'; readonly of: Filter }
	| {
			readonly kind: 'test';
			readonly path: string;
			readonly comparison: Comparison;
			readonly values: readonly Scalar[];
	  };

const maxDepth = 8;
const maxTests = 50;
const maxValues = 200;

/** The filter language for humans and models, in one line; Skills show it in their input. */
export const filterSyntax =
	'{"field": value} or {"field": {"gt": value}} with eq, in, like (% and _, any case), gt, gte, lt, lte, between, empty; ' +
	'fields may follow relations ("company.name"); combine with "and": [], "or": [], "not": {}';

/** Reads `{stage: 'won', amount: {gt: '100'}, or: [...]}`; several keys must all hold. */
export function parseFilter(input: unknown): Filter | undefined {
	if (input === undefined) return undefined;
	const budget = { tests: 0 };
	const filter = readGroup(input, 0, budget);
	return filter.kind === 'and' && filter.of.length === 0 ? undefined : filter;
}

function readGroup(input: unknown, depth: number, budget: { tests: number }): Filter {
	if (depth > maxDepth) throw wrong(`it is nested deeper than ${maxDepth} levels`);
	const parts = Object.entries(asObject(input)).map(([key, value]): Filter => {
		switch (key) {
			case 'and':
			case 'or':
				return { kind: key, of: asList(value, key).map((part) => readGroup(part, depth + 1, budget)) };
			case 'not':
				return { kind: 'not', of: readGroup(value, depth + 1, budget) };
			default:
				return readField(key, value, budget);
		}
	});
	const [only] = parts;
	return parts.length === 1 && only !== undefined ? only : { kind: 'and', of: parts };
}

function readField(path: string, value: unknown, budget: { tests: number }): Filter {
	if (isScalar(value)) return test(path, 'eq', [value], budget);
	if (Array.isArray(value)) return test(path, 'in', scalars(value, 'in'), budget);
	const tests = Object.entries(asObject(value)).map(([name, operand]) => {
		const comparison = comparisons.find((known) => known === name);
		if (comparison === undefined) throw wrong(`a comparison is one of ${comparisons.join(', ')}`);
		return test(path, comparison, operands(comparison, operand), budget);
	});
	const [only] = tests;
	if (only === undefined) throw wrong('a field has no comparison');
	return tests.length === 1 ? only : { kind: 'and', of: tests };
}

function operands(comparison: Comparison, operand: unknown): readonly Scalar[] {
	switch (comparison) {
		case 'in':
			return scalars(operand, 'in');
		case 'between': {
			const pair = scalars(operand, 'between');
			if (pair.length !== 2 || pair.includes(null)) throw wrong('between takes two values: [lowest, highest]');
			return pair;
		}
		case 'empty':
			if (typeof operand !== 'boolean') throw wrong('empty takes true or false');
			return [operand];
		case 'eq':
			if (!isScalar(operand)) throw wrong('eq takes one value');
			return [operand];
		default:
			if (!isScalar(operand) || operand === null) throw wrong(`${comparison} takes one value that is not null`);
			return [operand];
	}
}

function test(path: string, comparison: Comparison, values: readonly Scalar[], budget: { tests: number }): Filter {
	budget.tests += 1;
	if (budget.tests > maxTests) throw wrong(`it has more than ${maxTests} comparisons`);
	return { kind: 'test', path, comparison, values };
}

function scalars(value: unknown, comparison: string): readonly Scalar[] {
	const list = asList(value, comparison);
	if (list.length > maxValues) throw wrong(`${comparison} takes at most ${maxValues} values`);
	if (!list.every(isScalar)) throw wrong(`${comparison} takes texts, numbers, true, false or null`);
	return list;
}

function isScalar(value: unknown): value is Scalar {
	return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function asObject(value: unknown): object {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
	throw wrong('a condition is an object of fields and comparisons');
}

function asList(value: unknown, key: string): readonly unknown[] {
	if (Array.isArray(value)) return value;
	throw wrong(`${key} takes a list`);
}

function wrong(problem: string): Fault {
	return new Fault('invalid_input', `filter: ${problem}.`, { hint: `A filter reads ${filterSyntax}.` });
}
