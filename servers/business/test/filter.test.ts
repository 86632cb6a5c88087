import { describe, expect, it } from 'vitest';
import { parseFilter } from '../src/filter.ts';

const test = (path: string, comparison: string, ...values: unknown[]) => ({ kind: 'test', path, comparison, values });

describe('a filter', () => {
	it('without a condition is none', () => {
		expect(parseFilter(undefined)).toBeUndefined();
		expect(parseFilter({})).toBeUndefined();
	});

	it('compares a field with a value, or with several', () => {
		expect(parseFilter({ stage: 'won' })).toEqual(test('stage', 'eq', 'won'));
		expect(parseFilter({ stage: null })).toEqual(test('stage', 'eq', null));
		expect(parseFilter({ stage: ['won', 'lost'] })).toEqual(test('stage', 'in', 'won', 'lost'));
		expect(parseFilter({ amount: { between: ['1', '2'] } })).toEqual(test('amount', 'between', '1', '2'));
		expect(parseFilter({ 'company.name': { like: 'Ex%' } })).toEqual(test('company.name', 'like', 'Ex%'));
		expect(parseFilter({ email: { empty: true } })).toEqual(test('email', 'empty', true));
	});

	it('takes several keys as all of them', () => {
		expect(parseFilter({ a: 1, b: { gt: 2, lt: 3 } })).toEqual({
			kind: 'and',
			of: [test('a', 'eq', 1), { kind: 'and', of: [test('b', 'gt', 2), test('b', 'lt', 3)] }],
		});
	});

	it('nests and, or and not', () => {
		expect(parseFilter({ or: [{ a: 1 }, { not: { and: [{ b: 2 }, { c: 3 }] } }] })).toEqual({
			kind: 'or',
			of: [test('a', 'eq', 1), { kind: 'not', of: { kind: 'and', of: [test('b', 'eq', 2), test('c', 'eq', 3)] } }],
		});
	});

	it.each([
		['a list', []],
		['a text', 'name = 1'],
		['an unknown comparison', { a: { contains: 'x' } }],
		['a comparison inherited from the language', { a: { constructor: 'x' } }],
		['an object as a value', { a: { eq: { b: 1 } } }],
		['between with one value', { a: { between: [1] } }],
		['between with nothing', { a: { between: [null, 1] } }],
		['greater than nothing', { a: { gt: null } }],
		['an infinite number', { a: Number.POSITIVE_INFINITY }],
		['or without a list', { or: { a: 1 } }],
		['a field without a comparison', { a: {} }],
		['too many values', { a: Array.from({ length: 201 }, (_, index) => index) }],
		['too many comparisons', { and: Array.from({ length: 51 }, () => ({ a: 1 })) }],
	])('refuses %s and shows how one reads', (_, filter) => {
		expect(() => parseFilter(filter)).toThrow(/^filter: /);
	});

	it('refuses to nest without end', () => {
		let filter: unknown = { a: 1 };
		for (let depth = 0; depth < 5_000; depth += 1) filter = { not: filter };
		expect(() => parseFilter(filter)).toThrow(/nested deeper/);
	});
});
