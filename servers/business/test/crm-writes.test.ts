import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Op } from '../src/change.ts';
import { parseRef } from '../src/refs.ts';
import { type Applier, by, create, openCrm, plan, read, signal, startApplier, write } from './support/store.ts';

const { crm, folder, close } = openCrm();
const appliers: Applier[] = [];
beforeAll(async () => {
	await crm.entities(signal);
	appliers.push(...(await Promise.all([startApplier(folder), startApplier(folder)])));
});
afterAll(async () => {
	await Promise.all(appliers.map((applier) => applier.close()));
	close();
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
});

const update = (ref: string, version: string, values: Record<string, unknown>): Op => ({
	op: 'update',
	ref,
	version,
	values,
});

describe('two processes at one record', () => {
	it('of 50 races exactly one wins each, and the other is told', async () => {
		const ref = await create(crm, 'company', { name: 'Raced Ltd', note: 'start' });
		const [first, second] = appliers;
		const outcomes: string[][] = [];
		for (let race = 0; race < 50; race += 1) {
			const { version } = await read(crm, ref);
			const plans = [
				await plan(crm, [update(ref, version, { note: `${race} a` })]),
				await plan(crm, [update(ref, version, { note: `${race} b` })]),
			] as const;
			const both = [first?.apply(plans[0].id, plans[0].hash), second?.apply(plans[1].id, plans[1].hash)];
			outcomes.push((await Promise.all(both)).map(String).sort());
		}
		expect(outcomes).toEqual(Array.from({ length: 50 }, () => ['applied', 'conflict']));
		expect((await read(crm, ref)).version).toBe('51');
	});

	it('one change applied by both is one effect', async () => {
		const { id, hash } = await plan(crm, [{ op: 'create', entity: 'company', values: { name: 'Twice Ltd' } }]);
		const outcomes = await Promise.all(appliers.map((applier) => applier.apply(id, hash)));
		expect(outcomes.sort()).toEqual(['applied', 'duplicate']);
	});

	it('numbers are given out once and without gaps', async () => {
		const company = await create(crm, 'company', { name: 'Numbered Ltd' });
		const drafts: string[] = [];
		for (let index = 0; index < 20; index += 1) {
			const { outcomes } = await write(crm, [
				{ op: 'create', entity: 'order', values: { company } },
				{ op: 'create', entity: 'order_line', values: { order: 'new:0', description: 'x', unit_price: '1' } },
			]);
			drafts.push(outcomes[0]?.ref ?? '');
		}
		const plans = await Promise.all(drafts.map((ref) => plan(crm, [{ op: 'action', action: 'confirm_order', ref }])));
		const outcomes: string[] = [];
		const half = async (applier: Applier, start: number) => {
			for (let index = start; index < plans.length; index += 2) {
				const { id, hash } = plans[index] ?? { id: '', hash: '' };
				outcomes.push(await applier.apply(id, hash));
			}
		};
		await Promise.all(appliers.map(half));
		expect(new Set(outcomes)).toEqual(new Set(['applied']));
		const numbers = await Promise.all(
			drafts.map(async (ref) => String((await read(crm, ref)).values.number).slice(-4)),
		);
		expect(numbers.sort()).toEqual(drafts.map((_, index) => String(index + 1).padStart(4, '0')));
	});
});

describe('a preview', () => {
	it('expires after a day', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		vi.setSystemTime('2026-11-22T10:00:00Z');
		const { id, hash, expiresAt } = await plan(crm, [
			{ op: 'create', entity: 'company', values: { name: 'Late Ltd' } },
		]);
		expect(expiresAt).toBe('2026-11-23T10:00:00.000Z');
		vi.setSystemTime('2026-11-23T09:59:00Z');
		expect(await crm.planned(id, by)).toMatchObject({ hash });
		vi.setSystemTime('2026-11-23T10:01:00Z');
		await expect(crm.apply(id, hash, by, signal)).rejects.toMatchObject({
			kind: 'conflict',
			message: 'This preview has expired.',
		});
	});

	it('approved after midnight still writes the day it showed', async () => {
		vi.stubEnv('TZ', 'UTC');
		vi.useFakeTimers({ toFake: ['Date'] });
		vi.setSystemTime('2026-11-22T23:59:00Z');
		const { id, hash, diff } = await plan(crm, [
			{ op: 'create', entity: 'activity', values: { kind: 'note', subject: 'late' } },
		]);
		vi.setSystemTime('2026-11-23T04:00:00Z');
		await crm.apply(id, hash, by, signal);
		expect((await read(crm, diff[0]?.ref ?? '')).values.date).toBe('2026-11-22');
	});

	it('is void where something it would touch on the way has moved', async () => {
		const company = await create(crm, 'company', { name: 'Side Ltd' });
		const order = await create(crm, 'order', { company });
		const line = (price: string): Op => ({
			op: 'create',
			entity: 'order_line',
			values: { order, description: 'x', unit_price: price },
		});
		const [one, two] = [await plan(crm, [line('1')]), await plan(crm, [line('2')])];
		await crm.apply(one.id, one.hash, by, signal);
		await expect(crm.apply(two.id, two.hash, by, signal)).rejects.toMatchObject({
			kind: 'conflict',
			message: expect.stringContaining('Records have moved'),
		});
		expect((await read(crm, order)).values.total).toBe('1.00');
	});
});

describe('undo', () => {
	it('takes back a whole change, with everything it created', async () => {
		const receipt = await write(crm, [
			{ op: 'create', entity: 'company', values: { name: 'Brief Ltd' } },
			{ op: 'create', entity: 'order', values: { company: 'new:0' } },
			{ op: 'create', entity: 'order_line', values: { order: 'new:1', description: 'x', unit_price: '5' } },
		]);
		const { id } = parseRef(receipt.changeId);
		const { hash, diff } = await crm.planUndo(id, by);
		expect(diff.map(({ change }) => change)).toEqual(['delete', 'delete', 'delete']);
		const undone = await crm.undo(id, hash, by);
		for (const { ref } of receipt.outcomes) await expect(read(crm, ref)).rejects.toMatchObject({ kind: 'not_found' });
		const again = parseRef(undone.changeId).id;
		await crm.undo(again, (await crm.planUndo(again, by)).hash, by);
		expect((await read(crm, receipt.outcomes[1]?.ref ?? '')).values).toMatchObject({
			total: '5.00',
			'company.name': 'Brief Ltd',
		});
	});

	it('stops where somebody has built on the change since', async () => {
		const receipt = await write(crm, [{ op: 'create', entity: 'company', values: { name: 'Built Ltd' } }]);
		const ref = receipt.outcomes[0]?.ref ?? '';
		const contact = await create(crm, 'contact', { name: 'Built Example', company: ref });
		const { id } = parseRef(receipt.changeId);
		await expect(crm.planUndo(id, by)).rejects.toMatchObject({
			kind: 'conflict',
			message: 'Other records still refer to this one.',
		});
		await write(crm, [update(contact, '1', { company: null })]);
		await write(crm, [update(ref, '1', { note: 'x' })]);
		await expect(crm.planUndo(id, by)).rejects.toMatchObject({
			kind: 'conflict',
			message: expect.stringMatching(/version 2.*version 1/),
		});
	});
});

describe('the file', () => {
	it('keeps a history that nobody can edit', () => {
		const db = new DatabaseSync(join(folder, 'crm.db'));
		expect(() => db.exec("UPDATE history SET principal = 'mallory'")).toThrow(/only added to/);
		expect(() => db.exec('DELETE FROM history')).toThrow(/only added to/);
		db.close();
	});

	it('syncs every commit and checks its references', async () => {
		const db = new DatabaseSync(join(folder, 'crm.db'));
		expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
		expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
		expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
		db.close();
	});

	it('of a newer program is left alone, and one that is no database is named as such', async () => {
		const newer = openCrm();
		await newer.crm.entities(signal);
		newer.crm.close();
		const db = new DatabaseSync(join(newer.folder, 'crm.db'));
		db.exec('PRAGMA user_version = 99');
		db.close();
		await expect(newer.crm.entities(signal)).rejects.toMatchObject({ kind: 'unsupported' });
		newer.close();
	});
});
