import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Op, Planned } from '../src/change.ts';
import type { Connector, SearchQuery } from '../src/connector.ts';
import { parseFilter } from '../src/filter.ts';
import { parseRef } from '../src/refs.ts';

/** What the suite has to know of a system to try it out: one kind of record that can be written freely. */
export interface Subject {
	readonly connector: Connector;
	readonly entity: string;
	/** A text field that must be given. */
	readonly name: string;
	/** Another text field. */
	readonly other: string;
	close(): Promise<void> | void;
}

/** What every connector behind the `biz_*` Skills must do; one that passes may be trusted with records. */
export function connectorSuite(title: string, open: () => Promise<Subject>): void {
	describe(`the connector ${title}`, () => {
		const by = { principal: 'ada', call: 'call-1' };
		const { signal } = new AbortController();
		let subject: Subject;
		let connector: Connector;

		beforeAll(async () => {
			subject = await open();
			connector = subject.connector;
		});
		afterAll(() => subject.close());

		const planOf = async (ops: readonly Op[]): Promise<Planned> => {
			const preview = await connector.preview(ops, by, signal);
			if ('errors' in preview) throw new Error(preview.errors.map(({ message }) => message).join());
			return preview.planned;
		};
		const idOf = (reference: string) => parseRef(reference).id;
		const applied = async (ops: readonly Op[]) => {
			const { changeId, hash } = await planOf(ops);
			return connector.apply(idOf(changeId), hash, by, signal);
		};
		const created = async (name: string): Promise<string> => {
			const { entity, name: field } = subject;
			return (await applied([{ op: 'create', entity, values: { [field]: name } }])).outcomes[0]?.ref ?? '';
		};
		const get = (ref: string) => connector.get(parseRef(ref), undefined, signal);
		const search = (query: Partial<SearchQuery> & { where?: unknown }) =>
			connector.search(
				{
					entity: subject.entity,
					filter: parseFilter(query.where),
					fields: undefined,
					order: [],
					limit: 50,
					cursor: undefined,
					count: false,
					...query,
				},
				signal,
			);

		it('tells what it is and what it holds', async () => {
			const about = await connector.about();
			expect(about.id).toBe(connector.id);
			const entities = await connector.entities(signal);
			expect(entities.map(({ name }) => name)).toContain(subject.entity);
			const { fields, operations } = await connector.describe(subject.entity, signal);
			expect(fields.find(({ name }) => name === subject.name)).toMatchObject({ required: true });
			expect(operations).toEqual(expect.arrayContaining(['create', 'update', 'delete']));
			await expect(connector.describe('no_such_entity', signal)).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('previews without doing, then does exactly what it previewed', async () => {
			const before = await search({ where: { [subject.name]: 'Preview' }, count: true });
			const planned = await planOf([{ op: 'create', entity: subject.entity, values: { [subject.name]: 'Preview' } }]);
			expect(planned.diff).toMatchObject([{ op: 0, change: 'create' }]);
			expect((await search({ where: { [subject.name]: 'Preview' }, count: true })).total).toBe(before.total);
			const receipt = await connector.apply(idOf(planned.changeId), planned.hash, by, signal);
			expect(receipt).toMatchObject({ status: 'applied', changeId: planned.changeId });
			expect(receipt.outcomes[0]?.ref).toBe(planned.diff[0]?.ref);
			const { values, version } = await get(planned.diff[0]?.ref ?? '');
			expect(values[subject.name]).toBe('Preview');
			expect(version).toBe(receipt.outcomes[0]?.version);
		});

		it('names everything that is wrong with operations, and plans none of them', async () => {
			const { entity, name } = subject;
			const preview = await connector.preview(
				[
					{ op: 'create', entity, values: {} },
					{ op: 'create', entity, values: { [name]: 'fine' } },
					{ op: 'create', entity, values: { [name]: 'x', 'no such field': 1 } },
				],
				by,
				signal,
			);
			expect('errors' in preview && preview.errors.map(({ op }) => op)).toEqual([0, 2]);
		});

		it('applies a change once, however often it is asked', async () => {
			const planned = await planOf([{ op: 'create', entity: subject.entity, values: { [subject.name]: 'Once' } }]);
			const statuses = [];
			for (let time = 0; time < 5; time += 1) {
				statuses.push((await connector.apply(idOf(planned.changeId), planned.hash, by, signal)).status);
			}
			expect(statuses).toEqual(['applied', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
			expect((await search({ where: { [subject.name]: 'Once' } })).rows).toHaveLength(1);
		});

		it('does not apply under another hash, nor for another principal', async () => {
			const { changeId } = await planOf([{ op: 'create', entity: subject.entity, values: { [subject.name]: 'Mine' } }]);
			await expect(connector.apply(idOf(changeId), 'f'.repeat(64), by, signal)).rejects.toMatchObject({
				kind: 'conflict',
			});
			const stranger = { principal: 'mallory', call: 'call-2' };
			await expect(connector.planned(idOf(changeId), stranger)).rejects.toMatchObject({ kind: 'not_found' });
			await expect(connector.apply(idOf(changeId), '', stranger, signal)).rejects.toMatchObject({ kind: 'not_found' });
			expect((await search({ where: { [subject.name]: 'Mine' } })).rows).toHaveLength(0);
		});

		it('ends a change in a conflict that names both versions where the record has moved', async () => {
			const ref = await created('Moving');
			const { version } = await get(ref);
			const update = (text: string): Op => ({ op: 'update', ref, version, values: { [subject.other]: text } });
			const [one, two] = [await planOf([update('one')]), await planOf([update('two')])];
			await connector.apply(idOf(one.changeId), one.hash, by, signal);
			const moved = (await get(ref)).version;
			const conflict = { kind: 'conflict', message: expect.stringMatching(new RegExp(`${moved}.*${version}`)) };
			await expect(connector.apply(idOf(two.changeId), two.hash, by, signal)).rejects.toMatchObject(conflict);
			await expect(connector.planned(idOf(two.changeId), by)).rejects.toMatchObject(conflict);
			expect((await get(ref)).values[subject.other]).toBe('one');
		});

		it('writes all operations of a change or none', async () => {
			const ref = await created('Whole');
			const { version } = await get(ref);
			const planned = await planOf([
				{ op: 'create', entity: subject.entity, values: { [subject.name]: 'Half' } },
				{ op: 'update', ref, version, values: { [subject.other]: 'x' } },
			]);
			await applied([{ op: 'update', ref, version, values: { [subject.other]: 'meanwhile' } }]);
			await expect(connector.apply(idOf(planned.changeId), planned.hash, by, signal)).rejects.toMatchObject({
				kind: 'conflict',
			});
			expect((await search({ where: { [subject.name]: 'Half' } })).rows).toHaveLength(0);
		});

		it('deletes only as something grave, and then knows the record no more', async () => {
			const ref = await created('Gone');
			const { version } = await get(ref);
			const planned = await planOf([{ op: 'delete', ref, version }]);
			expect(planned).toMatchObject({ effect: 'destroy', reversible: false });
			expect(planned.targets).toContainEqual({ kind: 'record', value: ref });
			await connector.apply(idOf(planned.changeId), planned.hash, by, signal);
			await expect(get(ref)).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('takes a change back, and says so where it cannot', async () => {
			const ref = await created('Undone');
			const { version, values } = await get(ref);
			const { changeId } = await applied([{ op: 'update', ref, version, values: { [subject.other]: 'new' } }]);
			const undo = await connector.planUndo(idOf(changeId), by);
			expect((await get(ref)).values[subject.other]).toBe('new');
			const receipt = await connector.undo(idOf(changeId), undo.hash, by);
			expect((await get(ref)).values[subject.other]).toBe(values[subject.other]);
			expect((await get(ref)).version).not.toBe(version);
			await expect(connector.planUndo(idOf(changeId), by)).rejects.toMatchObject({ kind: 'conflict' });
			await connector.undo(idOf(receipt.changeId), (await connector.planUndo(idOf(receipt.changeId), by)).hash, by);
			expect((await get(ref)).values[subject.other]).toBe('new');
			await expect(connector.planUndo('nosuchchange', by)).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('pages through what it finds, in order, without repeating or leaving out', async () => {
			const names = Array.from({ length: 23 }, (_, index) => `Page ${String(index).padStart(2, '0')}`);
			await applied(
				names.map((name): Op => ({ op: 'create', entity: subject.entity, values: { [subject.name]: name } })),
			);
			const found: unknown[] = [];
			let cursor: string | undefined;
			do {
				const order = [{ path: subject.name, descending: true }];
				const page = await search({
					where: { [subject.name]: { like: 'page %' } },
					order,
					limit: 5,
					cursor,
					count: true,
				});
				expect(page.total).toBe(names.length);
				found.push(...page.rows.map(({ values }) => values[subject.name]));
				cursor = page.nextCursor;
			} while (cursor !== undefined);
			expect(found).toEqual(names.toReversed());
			await expect(search({ cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ kind: 'invalid_input' });
		});

		it('counts by group', async () => {
			const query = { entity: subject.entity, filter: parseFilter({ [subject.name]: { like: 'Page %' } }), limit: 10 };
			const count = { kind: 'count', path: undefined } as const;
			expect(await connector.aggregate({ ...query, groupBy: [], measures: [count] }, signal)).toEqual({
				rows: [{ count: 23 }],
				more: false,
			});
			const byName = await connector.aggregate(
				{ ...query, groupBy: [{ path: subject.name, bucket: undefined }], measures: [count] },
				signal,
			);
			expect(byName).toMatchObject({
				more: true,
				rows: expect.arrayContaining([{ [subject.name]: 'Page 00', count: 1 }]),
			});
		});

		it('remembers who did what, by which call, with before and after', async () => {
			const ref = await created('Remembered');
			const { version } = await get(ref);
			const { changeId } = await applied([{ op: 'update', ref, version, values: { [subject.other]: 'changed' } }]);
			const all = { record: undefined, change: undefined, principal: undefined, limit: 10, cursor: undefined };
			const { entries } = await connector.history({ ...all, record: parseRef(ref) }, signal);
			expect(entries).toMatchObject([
				{
					what: 'update',
					principal: 'ada',
					call: 'call-1',
					changeId,
					ref,
					versionBefore: version,
					after: { [subject.other]: 'changed' },
				},
				{ what: 'create', ref, versionAfter: version },
			]);
			expect((await connector.history({ ...all, change: idOf(changeId) }, signal)).entries).toHaveLength(1);
			const first = await connector.history({ ...all, limit: 1 }, signal);
			const second = await connector.history({ ...all, limit: 1, cursor: first.nextCursor }, signal);
			expect(second.entries[0]?.changeId).not.toBe(first.entries[0]?.changeId);
		});
	});
}
