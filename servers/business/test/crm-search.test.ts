import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Op } from '../src/change.ts';
import type { SearchQuery } from '../src/connector.ts';
import { parseFilter } from '../src/filter.ts';
import { parseGroup, parseMeasure, parseOrder, textFilter } from '../src/query.ts';
import { openCrm, signal, write } from './support/store.ts';

const { crm, close } = openCrm();
let companies: readonly string[];

beforeAll(async () => {
	const names = ['Example Ltd', 'Müller & Söhne', '100% Pure', "O'Brien_Co", 'Zeta \\ Co'];
	const { outcomes } = await write(
		crm,
		names.map(
			(name, index): Op => ({
				op: 'create',
				entity: 'company',
				values: { name, ...(index % 2 === 0 && { city: 'Graz' }) },
			}),
		),
	);
	companies = outcomes.map(({ ref }) => ref);
	const deal = (
		name: string,
		company: number,
		amount: string,
		currency: string,
		close_date: string,
		stage: string,
	): Op => ({
		op: 'create',
		entity: 'deal',
		values: { name, company: companies[company] ?? null, amount, currency, close_date, stage },
	});
	await write(crm, [
		deal('a', 0, '100.10', 'EUR', '2026-01-15', 'won'),
		deal('b', 0, '200.20', 'EUR', '2026-02-15', 'won'),
		deal('c', 1, '300.30', 'EUR', '2026-02-20', 'lead'),
		deal('d', 1, '9', 'USD', '2026-05-01', 'lead'),
		{ op: 'create', entity: 'deal', values: { name: 'e' } },
	]);
});
afterAll(close);

const find = (entity: string, where: unknown, more: Partial<SearchQuery> = {}) =>
	crm.search(
		{
			entity,
			filter: parseFilter(where),
			fields: undefined,
			order: parseOrder(['name']),
			limit: 50,
			cursor: undefined,
			count: false,
			...more,
		},
		signal,
	);
const namesOf = async (entity: string, where: unknown, more: Partial<SearchQuery> = {}) =>
	(await find(entity, where, more)).rows.map(({ values }) => values.name);

describe('a filter finds', () => {
	it.each([
		[{ stage: 'won' }, ['a', 'b']],
		[{ stage: ['won', 'lost'] }, ['a', 'b']],
		[{ amount: { gt: '100.10' } }, ['b', 'c']],
		[{ amount: { gte: '100.1', lt: 300.3 } }, ['a', 'b']],
		[{ amount: { between: ['9', '100.10'] } }, ['a', 'd']],
		[{ close_date: { between: ['2026-02-01', '2026-02-28'] } }, ['b', 'c']],
		[{ amount: null }, ['e']],
		[{ amount: { empty: false } }, ['a', 'b', 'c', 'd']],
		[{ company: [null] }, ['e']],
		[{ 'company.name': 'Example Ltd' }, ['a', 'b']],
		[{ 'company.city': 'Graz', stage: 'won' }, ['a', 'b']],
		[{ 'company.name': { like: 'example%' } }, ['a', 'b']],
		[{ or: [{ name: 'a' }, { 'company.name': { like: '%söhne' } }] }, ['a', 'c', 'd']],
		[{ not: { stage: 'lead' } }, ['a', 'b']],
		[{ not: { amount: { gt: '100' } } }, ['d', 'e']],
		[{ and: [] }, ['a', 'b', 'c', 'd', 'e']],
		[{ or: [] }, []],
		[{ name: { gt: 'c' } }, ['d', 'e']],
		[{ created_at: { gte: '2020-01-01', lte: '2100-01-01' } }, ['a', 'b', 'c', 'd', 'e']],
		[{ created_at: { lt: '2020-01-01' } }, []],
	])('%j', async (where, names) => {
		expect(await namesOf('deal', where)).toEqual(names);
	});

	it('records by the reference of what they belong to', async () => {
		expect(await namesOf('deal', { company: companies[1] })).toEqual(['c', 'd']);
		expect(await namesOf('deal', { 'company.ref': companies[1] })).toEqual(['c', 'd']);
		expect(await namesOf('company', { ref: [companies[0], companies[2]] })).toEqual(['100% Pure', 'Example Ltd']);
	});

	it('texts whatever their case, also beyond ASCII, and wildcards only where they are meant', async () => {
		expect(await namesOf('company', { name: { like: 'MÜLLER%' } })).toEqual(['Müller & Söhne']);
		expect(await namesOf('company', { name: { like: '100\\%%' } })).toEqual(['100% Pure']);
		expect(await namesOf('company', { name: { like: '%\\_co' } })).toEqual(["O'Brien_Co"]);
		expect(await namesOf('company', { name: { like: '%\\\\%' } })).toEqual(['Zeta \\ Co']);
	});

	it('every word of a text, in whichever field it stands', async () => {
		const about = await crm.describe('company', signal);
		const words = async (text: string) =>
			(await find('company', undefined, { filter: textFilter(text, about) })).rows.map(({ values }) => values.name);
		expect(await words('graz example')).toEqual(['Example Ltd']);
		expect(await words('100%')).toEqual(['100% Pure']);
		expect(await words('söhne')).toEqual(['Müller & Söhne']);
		expect(await words('graz nobody')).toEqual([]);
	});
});

describe('a search', () => {
	it('returns the fields that are asked for, relations followed, amounts in their currency', async () => {
		const { rows } = await find(
			'deal',
			{ name: 'a' },
			{ fields: ['amount', 'company.name', 'company.city', 'created_at'] },
		);
		expect(rows[0]?.values).toEqual({
			amount: '100.10',
			'company.name': 'Example Ltd',
			'company.city': 'Graz',
			created_at: expect.any(String),
		});
	});

	it('pages over empty values in both directions', async () => {
		for (const order of [['amount'], ['-amount'], ['company.name', '-amount']]) {
			const whole = await namesOf('deal', {}, { order: parseOrder(order) });
			const paged: unknown[] = [];
			let cursor: string | undefined;
			do {
				const page = await find('deal', {}, { order: parseOrder(order), limit: 2, cursor });
				paged.push(...page.rows.map(({ values }) => values.name));
				cursor = page.nextCursor;
			} while (cursor !== undefined);
			expect(paged).toEqual(whole);
			expect(paged).toHaveLength(5);
		}
	});

	it('does not take the cursor of another search', async () => {
		const { nextCursor } = await find('deal', {}, { limit: 2 });
		await expect(find('deal', { stage: 'won' }, { limit: 2, cursor: nextCursor })).rejects.toMatchObject({
			kind: 'invalid_input',
		});
	});
});

describe('nothing of a query becomes SQL', () => {
	const evil = [
		'name" OR 1=1 --',
		"name'; DROP TABLE deals; --",
		'r.id',
		'company.',
		'.name',
		'company..name',
		'rowid',
		'*',
		'__proto__',
		'constructor',
		'company.company.company.company.company',
		'name) UNION SELECT sql FROM sqlite_master --',
		'',
	];

	it.each(evil)('not the name of a field: %j', async (path) => {
		await expect(find('deal', { [path]: 'x' })).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(find('deal', {}, { fields: [path] })).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(find('deal', {}, { order: [{ path, descending: true }] })).rejects.toMatchObject({
			kind: 'invalid_input',
		});
		const group = {
			entity: 'deal',
			filter: undefined,
			groupBy: [{ path, bucket: undefined }],
			measures: [parseMeasure('count')],
			limit: 5,
		};
		await expect(crm.aggregate(group, signal)).rejects.toMatchObject({ kind: 'invalid_input' });
	});

	it.each(["' OR '1'='1", "'; DELETE FROM deals; --", '%', '\u0000', '"'])('not a value: %j', async (value) => {
		expect(await namesOf('deal', { name: value })).toEqual([]);
		expect(await namesOf('deal', {})).toHaveLength(5);
	});

	it('not the name of an entity', async () => {
		for (const entity of ['sqlite_master', 'deals; DROP TABLE deals', 'history', 'changes', 'constructor']) {
			await expect(find(entity, {})).rejects.toMatchObject({ kind: 'not_found' });
		}
	});

	it('and no pattern is slow', async () => {
		await expect(find('deal', { name: { like: '%a%a%a%a%a%a%a%a' } })).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(find('deal', { amount: { like: '1%' } })).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(find('deal', { amount: 'x' })).rejects.toMatchObject({
			kind: 'invalid_input',
			message: 'filter on amount: takes a decimal such as "12.50", at most four decimals.',
		});
	});
});

describe('an aggregate', () => {
	const sum = async (groupBy: readonly string[], measures: readonly string[], where?: unknown) =>
		(
			await crm.aggregate(
				{
					entity: 'deal',
					filter: parseFilter(where),
					groupBy: groupBy.map(parseGroup),
					measures: measures.map(parseMeasure),
					limit: 100,
				},
				signal,
			)
		).rows;

	it('adds up exactly, and never one currency to another', async () => {
		expect(await sum([], ['count', 'sum:amount', 'avg:amount', 'min:amount', 'max:amount'])).toEqual([
			{
				currency: 'EUR',
				count: 4,
				'sum:amount': '600.60',
				'avg:amount': '200.20',
				'min:amount': '100.10',
				'max:amount': '300.30',
			},
			{
				currency: 'USD',
				count: 1,
				'sum:amount': '9.00',
				'avg:amount': '9.00',
				'min:amount': '9.00',
				'max:amount': '9.00',
			},
		]);
	});

	it.each([
		['year', ['2026']],
		['quarter', ['2026-Q1', '2026-Q2']],
		['month', ['2026-01', '2026-02', '2026-05']],
		['week', ['2026-W03', '2026-W07', '2026-W08', '2026-W18']],
		['day', ['2026-01-15', '2026-02-15', '2026-02-20', '2026-05-01']],
	])('groups dates by %s', async (bucket, groups) => {
		const rows = await sum([`close_date:${bucket}`], ['count'], { close_date: { empty: false } });
		expect(rows.map((row) => row[`close_date:${bucket}`])).toEqual(groups);
	});

	it('groups over relations', async () => {
		expect(await sum(['company.name'], ['count', 'max:close_date'])).toContainEqual({
			'company.name': 'Example Ltd',
			count: 2,
			'max:close_date': '2026-02-15',
		});
	});

	it('refuses what has no sum', async () => {
		await expect(sum([], ['sum:name'])).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(sum([], ['sum'])).rejects.toMatchObject({ kind: 'invalid_input' });
		await expect(sum(['name:month'], ['count'])).rejects.toMatchObject({ kind: 'invalid_input' });
		expect(() => parseMeasure('median:amount')).toThrow(/measures/);
		expect(() => parseGroup('close_date:decade')).toThrow(/groupBy/);
	});
});
