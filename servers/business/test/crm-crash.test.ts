import { afterAll, expect, it } from 'vitest';
import type { Op } from '../src/change.ts';
import { parseFilter } from '../src/filter.ts';
import { by, openCrm, plan, signal, startApplier } from './support/store.ts';

const { crm, folder, close } = openCrm();
afterAll(close);

/** Enough that carrying it out takes longer than it takes to kill. */
const size = 1_000;

const countOf = async (name: string) => {
	const query = {
		entity: 'company',
		filter: parseFilter({ name: { like: `${name} %` } }),
		fields: undefined,
		order: [],
		limit: 1,
		cursor: undefined,
		count: true,
	};
	return (await crm.search(query, signal)).total;
};

it('a process killed while it applies leaves the whole effect or none, and the repeat makes it one', async () => {
	const seen = { whole: 0, none: 0, cut: 0 };
	for (let round = 0; round < 6; round += 1) {
		const name = `Killed ${round}`;
		const ops = Array.from(
			{ length: size },
			(_, index): Op => ({ op: 'create', entity: 'company', values: { name: `${name} ${index}` } }),
		);
		const { id, hash } = await plan(crm, ops);
		const applier = await startApplier(folder);
		if (await applier.killDuring(id, hash, round * 35)) seen.cut += 1;
		const count = await countOf(name);
		expect([0, size]).toContain(count);
		seen[count === 0 ? 'none' : 'whole'] += 1;
		const repeat = await crm.apply(id, hash, by, signal);
		expect(repeat.status).toBe(count === 0 ? 'applied' : 'duplicate');
		expect(await countOf(name)).toBe(size);
		const { entries } = await crm.history(
			{ record: undefined, change: id, principal: undefined, limit: size, cursor: undefined },
			signal,
		);
		expect(entries).toHaveLength(size);
	}
	expect(seen.none).toBeGreaterThan(0);
	expect(seen.cut).toBeGreaterThan(0);
}, 60_000);
