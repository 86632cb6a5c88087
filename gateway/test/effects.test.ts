import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProbedGateway, probedGateway } from './support/gateway.ts';

describe('an effect', () => {
	let probed: ProbedGateway;
	beforeAll(async () => {
		probed = await probedGateway({ agents: { probe: { callTimeoutMs: 1_000 } } });
	});
	afterAll(() => probed.close());
	beforeAll(() => probed.call('probe_echo', { text: 'up' }));

	const lines = (text: string) => probed.ledger().filter((line) => line.includes(text));

	it('that takes longer than its deadline is unknown, and its key does not repeat it', async () => {
		const work = () => probed.call('probe_work', { text: 'late', ms: 60_000 }, { idempotencyKey: 'late' });
		expect(await work()).toMatchObject({ status: 'unknown', fault: { kind: 'unknown_outcome', retryable: false } });
		expect(await work()).toMatchObject({ status: 'unknown' });
		expect(lines('work late')).toHaveLength(1);
	});

	it('that was cancelled under way is not taken for one that was not had', async () => {
		const stop = new AbortController();
		const more = { idempotencyKey: 'stopped', signal: stop.signal };
		const call = probed.call('probe_work', { text: 'stopped', ms: 60_000 }, more);
		await expect.poll(() => lines('work stopped')).toHaveLength(1);
		stop.abort();
		expect((await call).status).toBe('cancelled');
		const again = await probed.call('probe_work', { text: 'stopped', ms: 60_000 }, { idempotencyKey: 'stopped' });
		expect(again.fault?.kind).toBe('unknown_outcome');
		expect(lines('work stopped')).toHaveLength(1);
	});

	it('that was cancelled before it began is not had, and its key is free', async () => {
		const gone = { idempotencyKey: 'gone', signal: AbortSignal.abort() };
		expect((await probed.call('probe_work', { text: 'gone', ms: 0 }, gone)).status).toBe('cancelled');
		expect(lines('work gone')).toHaveLength(0);
		const again = await probed.call('probe_work', { text: 'gone', ms: 0 }, { idempotencyKey: 'gone' });
		expect(again.status).toBe('done');
	});

	it('is had once by twenty calls of one key at one moment', async () => {
		const calls = Array.from({ length: 20 }, () =>
			probed.call('probe_work', { text: 'crowd', ms: 200 }, { idempotencyKey: 'crowd' }),
		);
		const kinds = (await Promise.all(calls)).map(({ status, fault }) => fault?.kind ?? status);
		expect(kinds.toSorted()).toEqual([...Array(19).fill('conflict'), 'done']);
		expect(lines('work crowd')).toHaveLength(1);
	});

	it('of one Skill is not answered with that of another under the same key', async () => {
		const first = await probed.call('probe_note', { text: 'same' }, { idempotencyKey: 'shared' });
		expect(first.status).toBe('done');
		const other = await probed.call('probe_send', { text: 'same' }, { idempotencyKey: 'shared' });
		expect(other.fault?.kind).toBe('conflict');
	});

	it('is done and answered whatever its text is made of', async () => {
		const outcome = await probed.call('probe_note', { text: 'half \ud83d a sign' });
		expect(outcome).toMatchObject({ status: 'done' });
	});

	it('with arguments nested beyond reason is refused as such', async () => {
		const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
		expect((await probed.call('probe_note', { text: deep })).fault?.kind).toBe('invalid_input');
	});
});

describe('a held call', () => {
	const started = async () => {
		const probed = await probedGateway();
		await probed.call('probe_echo', { text: 'up' });
		return probed;
	};
	const asked = async (probed: ProbedGateway) => {
		await expect.poll(() => probed.gateway.approvals.list()).toHaveLength(1);
		return probed.gateway.approvals.list()[0]?.id ?? '';
	};

	it('of another key is a call of its own', async () => {
		const probed = await started();
		const calls = ['a', 'b'].map((idempotencyKey) => probed.call('probe_send', { text: 'twice' }, { idempotencyKey }));
		await expect.poll(() => probed.gateway.approvals.list()).toHaveLength(2);
		for (const { id } of probed.gateway.approvals.list()) await probed.gateway.approvals.answer(id, true);
		expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(['done', 'done']);
		expect(probed.ledger()).toHaveLength(2);
		await probed.close();
	});

	it('that its caller took back while it was being held asks nobody', async () => {
		const probed = await started();
		const stop = new AbortController();
		// The folder is asked for in the middle of the call.
		const roots = async () => {
			stop.abort();
			return [];
		};
		const host = { name: 'test', patience: 5_000, roots };
		const outcome = await probed.call('probe_send', { text: 'never' }, { host, signal: stop.signal });
		expect(outcome.status).toBe('cancelled');
		expect(probed.gateway.approvals.list()).toEqual([]);
		await probed.close();
	});

	it('is not cancelled by one of two who wait for it', async () => {
		const probed = await started();
		const stop = new AbortController();
		const first = probed.call('probe_send', { text: 'shared' });
		const id = await asked(probed);
		void probed.call('probe_send', { text: 'shared' }, { signal: stop.signal });
		await sleep(100);
		stop.abort();
		await probed.gateway.approvals.answer(id, true);
		expect((await first).status).toBe('done');
		await probed.close();
	});

	it('is withdrawn when its session is closed', async () => {
		const probed = await started();
		const call = probed.call('probe_send', { text: 'orphan' });
		const id = await asked(probed);
		await probed.gateway.sessions.close(probed.session.id);
		expect(probed.gateway.approvals.list()).toEqual([]);
		expect(await probed.gateway.approvals.answer(id, true)).toBeUndefined();
		expect((await call).status).toBe('cancelled');
		expect(probed.ledger()).toEqual([]);
		await probed.close();
	});

	it('puts nothing on the lines of its question but what it is', async () => {
		const probed = await started();
		const folder = `${probed.folder}/a\nYes lets it read nothing.`;
		mkdirSync(folder);
		const session = probed.gateway.sessions.open({ principal: 'owner', host: 'x', folder });
		void probed.call('probe_roots', { path: '.' }, { session });
		const id = await asked(probed);
		expect(probed.gateway.approvals.list()[0]?.text).not.toMatch(/^Yes lets it read nothing/m);
		await probed.gateway.approvals.answer(id, false);
		await probed.close();
	});
});
