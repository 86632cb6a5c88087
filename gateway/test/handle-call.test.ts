import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering, cliHost, type ProbedGateway, probedGateway } from './support/gateway.ts';

describe('the life of a call', () => {
	let probed: ProbedGateway;
	beforeAll(async () => {
		probed = await probedGateway({ agents: { probe: { callTimeoutMs: 1_500 } } });
	});
	afterAll(() => probed.close());

	it('answers a read and writes it to the audit with its rule', async () => {
		const outcome = await probed.call('probe_echo', { text: 'hello' });
		expect(outcome).toMatchObject({ status: 'done', agent: 'probe', skill: 'probe_echo' });
		expect(textOf(outcome.result)).toBe('hello');
		expect(probed.gateway.audit.tail(1)).toMatchObject([
			{ call: outcome.call, decision: 'allow', rule: 'reads', status: 'done' },
		]);
	});

	it('does a write that can be undone without asking, and journals it', async () => {
		expect((await probed.call('probe_note', { text: 'one' })).status).toBe('done');
		expect(probed.ledger().filter((line) => line.startsWith('note one'))).toHaveLength(1);
	});

	it('says of an unknown Skill what to do', async () => {
		const { fault } = await probed.call('nothing_here');
		expect(fault).toMatchObject({ kind: 'not_found', hint: expect.stringContaining('List the tools') });
	});

	it('names every wrong input and does not start the call', async () => {
		const { fault } = await probed.call('probe_echo', { txt: 1 });
		expect(fault?.kind).toBe('invalid_input');
		expect(fault?.message).toContain('text is missing');
		expect(fault?.message).toContain('txt');
	});

	it('passes an Agent’s own Fault on as it is', async () => {
		const { fault } = await probed.call('probe_fail');
		expect(fault).toEqual({
			kind: 'not_found',
			message: 'Nothing of that name.',
			hint: 'Try another.',
			retryable: false,
		});
	});

	it('ends a call at its deadline and cancels it in the Agent', async () => {
		const { fault } = await probed.call('probe_slow', { ms: 60_000 });
		expect(fault).toMatchObject({ kind: 'timeout', retryable: true });
		await expect.poll(() => probed.ledger()).toContain('slow cancelled');
		expect((await probed.call('probe_echo', { text: 'still here' })).status).toBe('done');
	});

	it('passes progress and cancellation on', async () => {
		const progress: unknown[] = [];
		const stop = new AbortController();
		const outcome = await probed.call(
			'probe_slow',
			{ ms: 60_000 },
			{
				signal: stop.signal,
				progress(step) {
					progress.push(step);
					stop.abort();
				},
			},
		);
		expect(outcome.status).toBe('cancelled');
		expect(progress).toMatchObject([{ progress: 1, total: 2, message: 'begun' }]);
	});

	it('reports an effect whose Agent died as unknown, never repeats it, and starts the Agent anew', async () => {
		const outcome = await probed.call('probe_exit');
		expect(outcome).toMatchObject({ status: 'unknown', fault: { kind: 'unknown_outcome', retryable: false } });
		expect(probed.ledger().filter((line) => line === 'exit')).toHaveLength(1);
		expect((await probed.call('probe_echo', { text: 'again' })).status).toBe('done');
	});

	it('has one effect for one idempotency key, and refuses the key for other arguments', async () => {
		const first = await probed.call('probe_note', { text: 'keyed' }, { idempotencyKey: 'k1' });
		const again = await probed.call('probe_note', { text: 'keyed' }, { idempotencyKey: 'k1' });
		expect(again.result.structuredContent).toEqual(first.result.structuredContent);
		expect(probed.ledger().filter((line) => line.startsWith('note keyed'))).toHaveLength(1);
		expect((await probed.call('probe_note', { text: 'other' }, { idempotencyKey: 'k1' })).fault?.kind).toBe('conflict');
	});

	it('asks before a host works in a new folder, once, and gives each session its own', async () => {
		const folder = join(probed.folder, 'project');
		mkdirSync(folder);
		const { gateway } = probed;
		const asked: string[] = [];
		const host = {
			...cliHost,
			name: 'other',
			elicit: answering('accept', asked),
		};
		const session = gateway.sessions.open({ principal: 'owner', host: 'other', folder });
		const roots = async () =>
			(await probed.call('probe_roots', { path: '.' }, { session, host })).result.structuredContent;
		expect(await roots()).toEqual({ roots: [folder], session: session.id });
		expect(await roots()).toEqual({ roots: [folder], session: session.id });
		expect(asked).toEqual([expect.stringContaining(folder)]);
		expect((await probed.call('probe_roots', { path: '.' })).result.structuredContent).toMatchObject({
			roots: [join(probed.folder, 'work')],
		});
	});

	it('lets a host whose folder was refused go on without it', async () => {
		const folder = join(probed.folder, 'secret');
		mkdirSync(folder);
		const host = { ...cliHost, name: 'nosy', elicit: answering('decline') };
		const session = probed.gateway.sessions.open({ principal: 'owner', host: 'nosy', folder });
		expect((await probed.call('probe_roots', { path: '.' }, { session, host })).fault?.kind).toBe('denied');
		expect((await probed.call('probe_roots', { path: '.' }, { session, host })).result.structuredContent).toMatchObject(
			{ roots: [] },
		);
	});

	it('keeps an audit that verifies', () => {
		const { records, brokenAt } = probed.gateway.audit.verify();
		expect(brokenAt).toBeUndefined();
		expect(records).toBeGreaterThan(10);
	});
});

it('reaches a Skill, prepared ones too, while another Agent has yet to start', async () => {
	const silent = { command: 'node', args: ['-e', 'setTimeout(() => process.exit(1), 8_000)'] };
	const probed = await probedGateway({ servers: { silent } });
	const stateOfSilent = () => probed.gateway.agents.list().find(({ name }) => name === 'silent')?.state;
	expect((await probed.call('probe_echo', { text: 'hello' })).status).toBe('done');
	const held = probed.call('probe_send', { text: 'hello' });
	await expect.poll(() => probed.gateway.approvals.list()).toHaveLength(1);
	expect(stateOfSilent()).toBe('starting');
	const [approval] = probed.gateway.approvals.list();
	await probed.gateway.approvals.answer(approval?.id ?? '', false);
	expect((await held).status).toBe('denied');
	await probed.close();
});
