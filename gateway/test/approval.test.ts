import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, cliHost, type ProbedGateway, probedGateway } from './support/gateway.ts';

describe('a Skill that asks', () => {
	let probed: ProbedGateway;
	beforeEach(async () => {
		probed = await probedGateway();
	});
	afterEach(() => probed.close());

	const waiting = async () => {
		await expect.poll(() => probed.gateway.approvals.list()).toHaveLength(1);
		const [approval] = probed.gateway.approvals.list();
		if (approval === undefined) throw new Error('nothing waits');
		return approval;
	};
	const sent = () => probed.ledger().filter((line) => line.startsWith('send'));

	it('is held, approved by the owner while the host waits, run once, and its result returned', async () => {
		const call = probed.call('probe_send', { text: 'hello' });
		const approval = await waiting();
		expect(approval).toMatchObject({
			effect: 'send',
			skill: 'probe_send',
			targets: [{ kind: 'recipient', value: 'ada@example.test' }],
		});
		expect(approval.text).toContain('To ada@example.test: hello');
		expect(sent()).toEqual([]);
		await probed.gateway.approvals.answer(approval.id, true);
		expect(await call).toMatchObject({ status: 'done', result: { structuredContent: { text: 'hello' } } });
		expect(sent()).toHaveLength(1);
		expect(probed.gateway.audit.tail(2).map(({ decision, status }) => `${decision} ${status}`)).toEqual([
			'ask pending',
			'approved done',
		]);
	});

	it('becomes a job when patience ends, whose result is fetched after the host has gone', async () => {
		const outcome = await probed.call('probe_send', { text: 'later' }, { host: { ...cliHost, patience: 50 } });
		expect(outcome).toMatchObject({
			status: 'pending',
			fault: { kind: 'pending', job: expect.stringMatching(/^job_/) },
		});
		const job = outcome.fault?.job ?? '';
		await probed.gateway.approvals.answer((await waiting()).id, true);
		expect(await probed.gateway.jobs.wait(job, 5_000, probed.session.id)).toMatchObject({
			state: 'done',
			result: { structuredContent: { text: 'later' } },
		});
		expect(sent()).toHaveLength(1);
	});

	it('survives a restart of the daemon while it waits', async () => {
		const { fault } = await probed.call('probe_send', { text: 'tomorrow' }, { host: { ...cliHost, patience: 50 } });
		await probed.restart();
		await probed.gateway.approvals.answer((await waiting()).id, true);
		expect(await probed.gateway.jobs.wait(fault?.job ?? '', 5_000)).toMatchObject({ state: 'done' });
		expect(sent()).toHaveLength(1);
	});

	it('runs nothing on a no, and says so', async () => {
		const call = probed.call('probe_send', { text: 'no' });
		await probed.gateway.approvals.answer((await waiting()).id, false);
		expect(await call).toMatchObject({ status: 'denied', fault: { kind: 'denied' } });
		expect(probed.gateway.audit.tail(1)).toMatchObject([{ decision: 'refused', status: 'denied', effect: 'send' }]);
		expect(sent()).toEqual([]);
	});

	it('runs once however many say yes at once', async () => {
		const call = probed.call('probe_send', { text: 'once' });
		const { id } = await waiting();
		await Promise.all(Array.from({ length: 20 }, () => probed.gateway.approvals.answer(id, true)));
		expect((await call).status).toBe('done');
		expect(await probed.gateway.approvals.answer(id, true)).toBeUndefined();
		expect(sent()).toHaveLength(1);
	});

	it('is joined by an identical call while it waits', async () => {
		const calls = [
			probed.call('probe_send', { text: 'twin' }),
			sleep(100).then(() => probed.call('probe_send', { text: 'twin' })),
		];
		const { id } = await waiting();
		await sleep(300);
		await probed.gateway.approvals.answer(id, true);
		expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(['done', 'done']);
		expect(sent()).toHaveLength(1);
	});

	it('asks the host’s human where the host can', async () => {
		const asked: string[] = [];
		const host = { ...cliHost, elicit: answering('accept', asked) };
		expect((await probed.call('probe_send', { text: 'elicited' }, { host })).status).toBe('done');
		expect(asked).toEqual([expect.stringContaining('recipient: ada@example.test')]);
	});

	it('is withdrawn when its caller cancels', async () => {
		const stop = new AbortController();
		const call = probed.call('probe_send', { text: 'never' }, { signal: stop.signal });
		const { id } = await waiting();
		stop.abort();
		expect((await call).status).toBe('cancelled');
		expect(await probed.gateway.approvals.answer(id, true)).toBeUndefined();
		expect(sent()).toEqual([]);
	});

	it('is unknown to another session', async () => {
		const { fault } = await probed.call('probe_send', { text: 'mine' }, { host: { ...cliHost, patience: 50 } });
		const other = probed.gateway.sessions.open({ principal: 'owner', host: 'other' });
		expect(probed.gateway.jobs.get(fault?.job ?? '', other.id)).toBeUndefined();
		expect(probed.gateway.jobs.cancel(fault?.job ?? '', other.id)).toBe(false);
	});
});

it('takes no answer in time for a no', async () => {
	const probed = await probedGateway({ approvalMs: 1_000 });
	expect(await probed.call('probe_send', { text: 'too late' })).toMatchObject({
		status: 'denied',
		fault: { message: expect.stringContaining('Nobody answered') },
	});
	expect(probed.ledger()).toEqual([]);
	await probed.close();
});
