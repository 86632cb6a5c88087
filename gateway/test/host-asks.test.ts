import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway, Session } from '../src/gateway.ts';
import { type Asks, createAsks } from '../src/host/asks.ts';
import { atMostEvery } from '../src/host/at-most-every.ts';
import { ownTool } from '../src/host/own-tools.ts';
import { foldersOf } from '../src/host/roots.ts';
import { createMemoryGateway } from './support/memory-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'switchboard-asks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let gateway: Gateway;
let asks: Asks;
let session: Session;
beforeEach(() => {
	gateway = createMemoryGateway(folder);
	asks = createAsks();
	session = gateway.sessions.open({ principal: 'owner', host: 'test' });
});

function call(
	name: string,
	args: object,
	{ patience = 50, signal = new AbortController().signal, from = session } = {},
) {
	return ownTool(name)?.run(args, {
		gateway,
		asks,
		session: from,
		host: { name: 'test', patience },
		signal,
		progress: undefined,
	});
}

describe('an instruction that takes longer than its host waits', () => {
	async function long(ms: number): Promise<string> {
		const pending = await call('ask', { instruction: `test_slow ${ms}` });
		expect(pending?.structuredContent).toMatchObject({ status: 'pending', steps: [{ skill: 'test_slow' }] });
		return String(pending?.structuredContent?.run);
	}

	it('goes on, and its Envelope is fetched as a job’s result', async () => {
		const job = await long(300);
		expect((await call('job_status', { job }))?.structuredContent).toMatchObject({
			job,
			skill: 'ask',
			state: 'running',
		});
		expect((await call('job_result', { job, waitSeconds: 0.01 }))?.structuredContent).toMatchObject({
			state: 'running',
		});
		const result = await call('job_result', { job }, { patience: 5_000 });
		expect(result).toMatchObject({
			content: [{ text: 'done' }],
			structuredContent: { state: 'done', output: { status: 'done' } },
		});
	});

	it('can be cancelled', async () => {
		const job = await long(10_000);
		expect((await call('job_cancel', { job }))?.structuredContent).toMatchObject({ cancelled: true });
		const result = await call('job_result', { job }, { patience: 1_000 });
		expect(result?.structuredContent).toMatchObject({ state: 'done', output: { steps: [{ status: 'cancelled' }] } });
	});

	it('is unknown to another Session', async () => {
		const job = await long(100);
		const from = gateway.sessions.open({ principal: 'owner', host: 'other' });
		for (const name of ['job_status', 'job_result', 'job_cancel']) {
			await expect(call(name, { job }, { from })).rejects.toMatchObject({ kind: 'not_found' });
		}
	});
});

it('an instruction that is taken back is stopped', async () => {
	const controller = new AbortController();
	setTimeout(() => controller.abort(), 30);
	const result = await call('ask', { instruction: 'test_slow 10000' }, { patience: 5_000, signal: controller.signal });
	expect(result?.structuredContent).toMatchObject({ steps: [{ status: 'cancelled' }] });
});

it('only so many settled instructions are kept', async () => {
	const ids: string[] = [];
	for (let count = 0; count < 300; count += 1) {
		const { id } = asks.start(session.id, async () => {
			throw new Error('over');
		});
		ids.push(id);
	}
	await asks.wait(ids.at(-1) ?? '', session.id, 1_000);
	expect(asks.get(ids[0] ?? '', session.id)).toBe(undefined);
	expect(asks.get(ids.at(-1) ?? '', session.id)).toMatchObject({ state: 'failed' });
});

it('many triggers are one, now and once more', async () => {
	let acts = 0;
	const limited = atMostEvery(50, () => {
		acts += 1;
	});
	for (let count = 0; count < 10; count += 1) limited.trigger();
	expect(acts).toBe(1);
	await new Promise((later) => setTimeout(later, 80));
	expect(acts).toBe(2);
	limited.trigger();
	limited.stop();
	await new Promise((later) => setTimeout(later, 80));
	expect(acts).toBe(2);
});

it('roots are folders of this machine and nothing else', () => {
	expect(
		foldersOf(
			['file:///a%20b', 'https://example.com/', 'file://host.example.com/x', 'nonsense', ''].map((uri) => ({ uri })),
		),
	).toEqual(['/a b']);
});
