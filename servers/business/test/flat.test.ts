import { connect, type TestAgent, textOf } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { business } from '../src/agent.ts';
import { dayOf } from '../src/crm/model.ts';

let agent: TestAgent;
beforeAll(async () => {
	agent = await connect(business);
});
afterAll(() => agent.close());

interface Noted {
	readonly status: string;
	readonly ref: string;
	readonly title: string;
	readonly also: readonly { readonly ref: string; readonly title: string }[];
	readonly differs: readonly string[];
	readonly undo?: string;
}

async function note(name: string, args: Record<string, unknown>): Promise<Noted> {
	const result = await agent.call(name, args);
	expect(result.isError ?? false, textOf(result)).toBe(false);
	return result.structuredContent as unknown as Noted;
}

async function valuesOf(ref: string): Promise<Record<string, unknown>> {
	const { structuredContent } = await agent.call('biz_get', { ref });
	return (structuredContent as { values: Record<string, unknown> }).values;
}

async function countOf(entity: string): Promise<number> {
	const { structuredContent } = await agent.call('biz_search', { entity, count: true });
	return (structuredContent as { total: number }).total;
}

describe('contact_add', () => {
	it('notes a person in one step that nobody is asked about and that can be taken back', async () => {
		const prepared = await agent.prepare('contact_add', { name: 'Ada Example', email: 'ada@example.test' });
		expect(prepared).toMatchObject({ effect: 'write', targets: [{ kind: 'record', value: 'Ada Example' }] });
		const noted = await note('contact_add', { name: 'Ada Example', email: 'ada@example.test' });
		expect(noted).toMatchObject({ status: 'created', title: 'contact Ada Example', also: [], differs: [] });
		expect(await valuesOf(noted.ref)).toMatchObject({ name: 'Ada Example', email: 'ada@example.test' });
		await agent.call('biz_undo', { changeId: noted.undo });
		expect(await agent.fault('biz_get', { ref: noted.ref })).toMatchObject({ kind: 'not_found' });
	});

	it('knows a person again, fills what was empty and overwrites nothing', async () => {
		const first = await note('contact_add', { name: 'Ben Sample', email: 'Ben@example.test', phone: '1' });
		const again = await note('contact_add', {
			name: 'Ben Sample',
			email: 'ben@EXAMPLE.test',
			phone: '2',
			role: 'Buyer',
			company: 'Sample Ltd',
		});
		expect(again).toMatchObject({
			status: 'updated',
			ref: first.ref,
			differs: ['phone'],
			also: [{ title: 'company Sample Ltd' }],
		});
		expect(await valuesOf(first.ref)).toMatchObject({ phone: '1', role: 'Buyer', 'company.name': 'Sample Ltd' });
		const companies = await countOf('company');
		expect(await note('contact_add', { name: 'Ben Sample' })).toMatchObject({ status: 'exists', ref: first.ref });
		expect(
			await note('contact_add', { name: 'Ben Sample', email: 'ben@example.test', company: 'Elsewhere Ltd' }),
		).toMatchObject({ status: 'exists', differs: ['company'] });
		expect(await countOf('company')).toBe(companies);
	});

	it('takes a namesake with another address or company for somebody else', async () => {
		const first = await note('contact_add', { name: 'Cara Test', email: 'cara@example.test', company: 'One Ltd' });
		const second = await note('contact_add', { name: 'Cara Test', email: 'cara@example.com' });
		const third = await note('contact_add', { name: 'cara test', company: 'Two Ltd' });
		expect(new Set([first.ref, second.ref]).size).toBe(2);
		expect(third.status).toBe('updated');
		expect(third.ref).toBe(second.ref);
	});

	it('finds the company whatever its case, and asks where there are several', async () => {
		const one = await note('biz_create', { kind: 'company', name: 'Double Ltd' });
		expect(await note('contact_add', { name: 'Dora Example', company: 'DOUBLE LTD' })).toMatchObject({ also: [] });
		expect(await note('biz_create', { kind: 'company', name: 'double ltd', phone: '1' })).toMatchObject({
			status: 'updated',
			ref: one.ref,
		});
		const ops = [{ op: 'create', entity: 'company', values: { name: 'Double Ltd' } }];
		const { changeId, hash } = (await agent.call('biz_preview', { ops })).structuredContent as Record<string, unknown>;
		await agent.call('biz_apply', { changeId, hash });
		const fault = await agent.fault('contact_add', { name: 'Emil Example', company: 'Double Ltd' });
		expect(fault).toMatchObject({ kind: 'conflict', hint: expect.stringContaining(one.ref) });
		expect(await note('contact_add', { name: 'Emil Example', company: one.ref })).toMatchObject({ status: 'created' });
	});

	it('does not let a name act as a pattern', async () => {
		await note('contact_add', { name: 'Fay Example' });
		expect(await note('contact_add', { name: '%' })).toMatchObject({ status: 'created' });
		expect(await note('contact_add', { name: 'Fay_Example' })).toMatchObject({ status: 'created' });
	});
});

describe('biz_create', () => {
	it('logs a call with a person who is known, or is created beside it', async () => {
		const ada = await note('contact_add', { name: 'Ada Lovely', email: 'lovely@example.test' });
		const call = await note('biz_create', { kind: 'call', contact: 'ada lovely', name: 'about the offer' });
		expect(call.also).toEqual([]);
		expect(await valuesOf(call.ref)).toMatchObject({
			kind: 'call',
			subject: 'about the offer',
			contact: ada.ref,
			done: true,
			date: dayOf(new Date()),
		});
		const byMail = await note('biz_create', { kind: 'meeting', contact: 'lovely@example.test', date: '2999-01-01' });
		expect(await valuesOf(byMail.ref)).toMatchObject({
			contact: ada.ref,
			subject: 'meeting with lovely@example.test',
			done: false,
		});
		const stranger = await note('biz_create', { kind: 'mail', contact: 'Gus Example', company: 'New Ltd' });
		expect(stranger.also.map(({ title }) => title)).toEqual(['company New Ltd', 'contact Gus Example']);
		await agent.call('biz_undo', { changeId: stranger.undo });
		expect(await agent.fault('biz_get', { ref: stranger.also[1]?.ref })).toMatchObject({ kind: 'not_found' });
	});

	it.each([
		[
			{ kind: 'company', name: 'Alone Ltd', email: 'info@example.test' },
			{ name: 'Alone Ltd', email: 'info@example.test' },
		],
		[
			{ kind: 'product', name: 'Widget', amount: '1.2345', currency: 'USD' },
			{ name: 'Widget', price: '1.2345', currency: 'USD', active: true },
		],
		[
			{ kind: 'deal', name: 'Big', amount: '5000', date: '2026-12-31' },
			{ name: 'Big', amount: '5000.00', close_date: '2026-12-31', stage: 'lead' },
		],
		[
			{ kind: 'task', name: 'Call back', date: '2026-12-01' },
			{ kind: 'task', subject: 'Call back', date: '2026-12-01', done: false },
		],
		[
			{ kind: 'note', name: 'They moved', note: 'to Graz' },
			{ kind: 'note', subject: 'They moved', note: 'to Graz', done: true },
		],
		[{ kind: 'contact', name: 'Hal Example' }, { name: 'Hal Example' }],
	])('creates what %j says', async (said, values) => {
		expect(await valuesOf((await note('biz_create', said)).ref)).toMatchObject(values);
	});

	it.each([
		[{ kind: 'deal', name: 'x', email: 'a@example.test' }, 'A deal has no email.'],
		[{ kind: 'task' }, 'A task needs a name.'],
		[{ kind: 'call' }, 'A call needs a contact or a name.'],
		[{ kind: 'deal', name: 'x', amount: 'much' }, '"amount" takes a decimal'],
		[{ kind: 'task', name: 'x', date: 'soon' }, '"date" takes a date'],
	])('says what does not fit in %j', async (said, message) => {
		expect(await agent.fault('biz_create', said)).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringContaining(message),
		});
	});

	it('sent again under its key is one record', async () => {
		const before = await countOf('activity');
		const meta = { idempotencyKey: 'same-note' };
		const first = await agent.call('biz_create', { kind: 'note', name: 'Once' }, meta);
		const second = await agent.call('biz_create', { kind: 'note', name: 'Once' }, meta);
		expect(second.structuredContent).toEqual(first.structuredContent);
		expect(await countOf('activity')).toBe(before + 1);
	});
});
