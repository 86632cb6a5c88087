import { connect, type TestAgent, textOf } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { business } from '../src/agent.ts';

let agent: TestAgent;
beforeAll(async () => {
	agent = await connect(business, { config: { currency: 'EUR' } });
});
afterAll(() => agent.close());

type Json = Record<string, unknown>;

interface Planned {
	readonly changeId: string;
	readonly hash: string;
	readonly effect: string;
	readonly reversible: boolean;
	readonly diff: readonly { readonly ref: string; readonly change: string; readonly fields: readonly Json[] }[];
}

async function ask<T>(name: string, args: Json): Promise<T> {
	const result = await agent.call(name, args);
	expect(result.isError ?? false, textOf(result)).toBe(false);
	return result.structuredContent as T;
}

async function preview(...ops: Json[]): Promise<Planned> {
	const planned = await ask<Planned & { errors: Json[] }>('biz_preview', { ops });
	expect(planned.errors).toEqual([]);
	return planned;
}

async function change(
	...ops: Json[]
): Promise<{ changeId: string; outcomes: { ref: string; version: string; change: string }[] }> {
	const { changeId, hash } = await preview(...ops);
	return ask('biz_apply', { changeId, hash });
}

const valuesOf = async (ref: string) => (await ask<{ values: Json; version: string }>('biz_get', { ref })).values;
const created = (receipt: { outcomes: { ref: string; change: string }[] }, entity: string) =>
	receipt.outcomes.find(({ ref, change: what }) => what === 'create' && ref.startsWith(`crm:${entity}:`))?.ref ?? '';

describe('from a lead to a payment', () => {
	let deal: string;
	let order: string;
	let invoice: string;

	it('a lead is noted in one step, its company beside it', async () => {
		const noted = await ask<{ ref: string; also: { title: string }[] }>('biz_create', {
			kind: 'deal',
			name: 'Relaunch of the website',
			company: 'Example Ltd',
			amount: '1999.99',
		});
		deal = noted.ref;
		expect(noted.also).toMatchObject([{ title: 'company Example Ltd' }]);
		expect(await valuesOf(deal)).toMatchObject({
			stage: 'lead',
			amount: '1999.99',
			currency: 'EUR',
			'company.name': 'Example Ltd',
		});
	});

	it('the deal becomes an order, with a line for its amount', async () => {
		const receipt = await change({ op: 'action', ref: deal, action: 'create_order' });
		order = created(receipt, 'order');
		expect(await valuesOf(deal)).toMatchObject({ stage: 'won' });
		expect(await valuesOf(order)).toMatchObject({
			state: 'draft',
			number: null,
			net: '1999.99',
			tax: '0.00',
			total: '1999.99',
		});
	});

	it('lines take price and tax from their product, and the total follows to the cent', async () => {
		const product = created(
			await change({
				op: 'create',
				entity: 'product',
				values: { name: 'Hosting', sku: 'H-1', price: '7.0333', currency: 'EUR', tax_rate: '20' },
			}),
			'product',
		);
		await change({ op: 'create', entity: 'order_line', values: { order, product, quantity: '3' } });
		expect(await valuesOf(order)).toMatchObject({ net: '2021.09', tax: '4.22', total: '2025.31' });
		const { rows } = await ask<{ rows: { values: Json }[] }>('biz_search', {
			entity: 'order_line',
			filter: { order },
			order: ['created_at'],
		});
		expect(rows[1]?.values).toMatchObject({
			description: 'Hosting',
			quantity: '3',
			unit_price: '7.0333',
			net: '21.10',
		});
	});

	it('the order is confirmed and numbered, which can be taken back', async () => {
		const planned = await preview({ op: 'action', ref: order, action: 'confirm_order' });
		expect(planned).toMatchObject({ effect: 'write', reversible: true });
		const { changeId } = await ask<{ changeId: string }>('biz_apply', {
			changeId: planned.changeId,
			hash: planned.hash,
		});
		expect(await valuesOf(order)).toMatchObject({
			state: 'confirmed',
			number: expect.stringMatching(/^SO-\d{4}-0001$/),
		});
		await ask('biz_undo', { changeId });
		expect(await valuesOf(order)).toMatchObject({ state: 'draft', number: null });
		await change({ op: 'action', ref: order, action: 'confirm_order' });
		expect(await valuesOf(order)).toMatchObject({ state: 'confirmed' });
	});

	it('a confirmed order takes no more lines and no edits', async () => {
		const { errors } = await ask<{ errors: { kind: string }[] }>('biz_preview', {
			ops: [
				{ op: 'create', entity: 'order_line', values: { order, description: 'late', unit_price: '1' } },
				{ op: 'action', ref: order, action: 'confirm_order' },
			],
		});
		expect(errors.map(({ kind }) => kind)).toEqual(['conflict', 'conflict']);
	});

	it('its invoice has the same lines and amounts', async () => {
		invoice = created(await change({ op: 'action', ref: order, action: 'create_invoice' }), 'invoice');
		expect(await valuesOf(order)).toMatchObject({ state: 'invoiced' });
		expect(await valuesOf(invoice)).toMatchObject({
			state: 'draft',
			total: '2025.31',
			open: '2025.31',
			paid: '0.00',
			number: null,
		});
	});

	it('posting it leaves the house: it asks as send, names the amount, and is for good', async () => {
		const { changeId, hash } = await preview({
			op: 'action',
			ref: invoice,
			action: 'post_invoice',
			values: { date: '2026-11-20' },
		});
		const prepared = await agent.prepare('biz_apply', { changeId, hash });
		expect(prepared).toMatchObject({ effect: 'send', reversible: false });
		expect(prepared.targets).toEqual(
			expect.arrayContaining([
				{ kind: 'record', value: invoice },
				{ kind: 'table', value: 'crm:invoice' },
				{ kind: 'amount', value: '2025.31 EUR' },
			]),
		);
		expect(prepared.preview).toContain('state: draft → posted');
		expect(prepared.preview).toContain('due_date: – → 2026-12-04');
		expect(await valuesOf(invoice)).toMatchObject({ state: 'draft' });
		await ask('biz_apply', { changeId, hash });
		expect(await valuesOf(invoice)).toMatchObject({
			state: 'posted',
			date: '2026-11-20',
			number: expect.stringMatching(/^INV-\d{4}-0001$/),
		});
		expect(await agent.fault('biz_undo', { changeId })).toMatchObject({ kind: 'unsupported' });
	});

	it('payments are booked up to what is open, and then it is paid', async () => {
		const refused = await ask<{ errors: { message: string }[] }>('biz_preview', {
			ops: [{ op: 'action', ref: invoice, action: 'register_payment', values: { amount: '2025.32' } }],
		});
		expect(refused.errors[0]?.message).toContain('Only 2025.31 are open');
		await change({
			op: 'action',
			ref: invoice,
			action: 'register_payment',
			values: { amount: '25.31', method: 'card' },
		});
		expect(await valuesOf(invoice)).toMatchObject({ state: 'posted', paid: '25.31', open: '2000.00' });
		const last = await change({ op: 'action', ref: invoice, action: 'register_payment' });
		expect(await valuesOf(invoice)).toMatchObject({ state: 'paid', open: '0.00' });
		await ask('biz_undo', { changeId: last.changeId });
		expect(await valuesOf(invoice)).toMatchObject({ state: 'posted', open: '2000.00' });
		const { rows } = await ask<{ rows: Json[] }>('biz_search', {
			entity: 'payment',
			filter: { 'invoice.company.name': 'Example Ltd' },
		});
		expect(rows).toHaveLength(1);
	});

	it('nothing of it can be deleted or set by hand any more', async () => {
		const { version } = await ask<{ version: string }>('biz_get', { ref: invoice });
		const { errors } = await ask<{ errors: { kind: string; message: string }[] }>('biz_preview', {
			ops: [
				{ op: 'delete', ref: invoice, version },
				{ op: 'update', ref: invoice, version, values: { note: 'x' } },
				{ op: 'create', entity: 'payment', values: { invoice, amount: '1', date: '2026-01-01' } },
				{ op: 'create', entity: 'invoice', values: { company: 'crm:company:none', total: '1' } },
			],
		});
		expect(errors.map(({ kind }) => kind)).toEqual(['conflict', 'conflict', 'denied', 'invalid_input']);
		expect(errors[3]?.message).toContain(
			'"company" refers to a company that is not there; "total" follows from actions and cannot be set',
		);
	});
});

describe('one change', () => {
	it('makes records that refer to each other', async () => {
		const receipt = await change(
			{ op: 'create', entity: 'company', values: { name: 'Chain Ltd' } },
			{ op: 'create', entity: 'order', values: { company: 'new:0', currency: 'JPY' } },
			{
				op: 'create',
				entity: 'order_line',
				values: { order: 'new:1', description: 'Work', unit_price: '100.5', quantity: '3', tax_rate: '10' },
			},
			{ op: 'action', ref: 'new:1', action: 'confirm_order' },
		);
		expect(await valuesOf(created(receipt, 'order'))).toMatchObject({
			state: 'confirmed',
			net: '302',
			tax: '30',
			total: '332',
			currency: 'JPY',
		});
	});

	it('that changes nothing is refused as such', async () => {
		const { ref, version } = await ask<{ ref: string; version: string }>('biz_create', {
			kind: 'company',
			name: 'Same Ltd',
		});
		const fault = await agent.fault('biz_preview', {
			ops: [{ op: 'update', ref, version, values: { name: 'Same Ltd' } }],
		});
		expect(fault).toMatchObject({ kind: 'invalid_input', message: expect.stringContaining('change nothing') });
	});

	it('names the part of an operation that is missing or too much', async () => {
		const fault = await agent.fault('biz_preview', { ops: [{ op: 'delete', ref: 'crm:company:x', values: {} }] });
		expect(fault.message).toBe('ops.0: delete needs version, takes no values.');
	});

	it('refuses amounts that no coin can pay, currencies and dates that do not exist, and references that fit nothing', async () => {
		const of = (entity: string, values: Json) => ({ op: 'create', entity, values });
		const { errors } = await ask<{ errors: { op: number; message: string }[] }>('biz_preview', {
			ops: [
				of('deal', { name: 'x', amount: '1.005' }),
				of('deal', { name: 'x', currency: 'XXY' }),
				of('deal', { name: 'x', close_date: '2026-02-30' }),
				of('deal', { name: 'x', stage: 'maybe' }),
				of('deal', { name: 'x', amount: 'lots' }),
				of('deal', { name: 'x', company: 'crm:contact:abc' }),
				of('deal', { name: 'x', company: 'crm:company:abc' }),
				of('deal', { name: 'x', company: 'new:9' }),
				of('deal', { name: { nested: true } }),
				of('deal', { name: 'x'.repeat(201) }),
				of('deal', { name: '' }),
				of('deal', { constructor: 'x', __proto__: null, name: 'x' }),
				of('nothing', { name: 'x' }),
				{ op: 'action', ref: 'crm:deal:none', action: 'create_order' },
			],
		});
		expect(errors.map(({ op }) => op)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
	});

	it('that empties a currency means the owner’s own', async () => {
		const deal = await ask<{ ref: string; version: string }>('biz_create', {
			kind: 'deal',
			name: 'Abroad',
			amount: '5',
			currency: 'USD',
		});
		await change({ op: 'update', ref: deal.ref, version: '1', values: { currency: null } });
		expect(await valuesOf(deal.ref)).toMatchObject({ amount: '5.00', currency: 'EUR' });
		const { errors } = await ask<{ errors: Json[] }>('biz_preview', {
			ops: [{ op: 'update', ref: deal.ref, version: '2', values: { currency: 'JPY', amount: '1.5' } }],
		});
		expect(errors).toMatchObject([{ message: 'amount has more decimals than JPY can pay.' }]);
	});

	it('refuses to delete what others refer to, and says so', async () => {
		const noted = await ask<{ also: { ref: string }[] }>('contact_add', { name: 'Tied Example', company: 'Tied Ltd' });
		const ref = noted.also[0]?.ref ?? '';
		const { errors } = await ask<{ errors: Json[] }>('biz_preview', { ops: [{ op: 'delete', ref, version: '1' }] });
		expect(errors).toMatchObject([{ kind: 'conflict', message: 'Other records still refer to this one.' }]);
	});

	it('refuses a second product of the same sku', async () => {
		const product = { op: 'create', entity: 'product', values: { name: 'Twin', sku: 'TWIN' } };
		const { errors } = await ask<{ errors: Json[] }>('biz_preview', { ops: [product, product] });
		expect(errors).toMatchObject([{ op: 1, kind: 'conflict', message: expect.stringContaining('must be unique') }]);
	});
});
