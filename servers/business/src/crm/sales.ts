import { Fault } from '@switchboard/kit';
import { idOf, linesNeeded, linesOf, totals } from './lines.ts';
import {
	type Action,
	amountOf,
	choice,
	currency,
	date,
	type Entity,
	fixed,
	note,
	readonly,
	relation,
	required,
	text,
	textOf,
} from './model.ts';

const createOrder: Action = {
	title: 'Win the deal and draft its order',
	effect: 'write',
	reversible: true,
	from: ['lead', 'qualified', 'proposal'],
	inputs: {},
	run(deal, _inputs, tx) {
		const { company, contact, name, amount, currency } = deal.values;
		if (typeof company !== 'string') {
			throw new Fault('invalid_input', 'The deal has no company to order.', {
				hint: 'Update the deal’s company first.',
			});
		}
		tx.update('deal', deal.id, { stage: 'won' });
		const order = tx.create('order', { company, contact: contact ?? null, deal: deal.id, currency: currency ?? null });
		if (typeof amount === 'bigint') {
			tx.create('order_line', { order: order.id, description: name ?? null, unit_price: amount });
		}
	},
};

const loseDeal: Action = {
	title: 'Mark the deal as lost',
	effect: 'write',
	reversible: true,
	from: ['lead', 'qualified', 'proposal'],
	inputs: {},
	run: (deal, _inputs, tx) => void tx.update('deal', deal.id, { stage: 'lost' }),
};

export const deal: Entity = {
	name: 'deal',
	title: 'Deals',
	table: 'deals',
	label: 'name',
	amount: 'amount',
	summary: ['name', 'stage', 'amount', 'currency', 'close_date', 'company', 'company.name'],
	state: 'stage',
	fields: {
		name: required(text()),
		company: relation('company'),
		contact: relation('contact'),
		stage: choice(['lead', 'qualified', 'proposal', 'won', 'lost'], 'lead'),
		amount: { type: 'money', currency: 'currency' },
		currency,
		close_date: { ...date, note: 'when it is expected to be decided' },
		note,
	},
	actions: { create_order: createOrder, lose_deal: loseDeal },
};

const confirmOrder: Action = {
	title: 'Confirm the order and number it',
	effect: 'write',
	reversible: true,
	from: ['draft'],
	inputs: {},
	run(order, _inputs, tx) {
		linesNeeded(order, 'order', tx);
		const number = textOf(order.values, 'number') ?? tx.nextNumber('SO');
		tx.update('order', order.id, { state: 'confirmed', number });
	},
};

const cancelOrder: Action = {
	title: 'Cancel the order',
	effect: 'write',
	reversible: true,
	from: ['draft', 'confirmed'],
	inputs: {},
	run: (order, _inputs, tx) => void tx.update('order', order.id, { state: 'cancelled' }),
};

const createInvoice: Action = {
	title: 'Draft the invoice of a confirmed order',
	effect: 'write',
	reversible: true,
	from: ['confirmed'],
	inputs: {},
	run(order, _inputs, tx) {
		const { company, currency } = order.values;
		const invoice = tx.create('invoice', {
			company: idOf({ company: company ?? null }, 'company'),
			order: order.id,
			currency: currency ?? null,
		});
		for (const line of linesNeeded(order, 'order', tx)) {
			const { product, description, quantity, unit_price, tax_rate } = line.values;
			tx.create('invoice_line', {
				invoice: invoice.id,
				product: product ?? null,
				description: description ?? null,
				quantity: quantity ?? null,
				unit_price: unit_price ?? null,
				tax_rate: tax_rate ?? null,
			});
		}
		tx.update('order', order.id, { state: 'invoiced' });
	},
};

export const order: Entity = {
	name: 'order',
	title: 'Orders',
	table: 'orders',
	label: 'number',
	amount: 'total',
	summary: ['number', 'state', 'date', 'total', 'currency', 'company', 'company.name'],
	state: 'state',
	fields: {
		number: { ...readonly(text(40)), assigned: true },
		company: required(relation('company')),
		contact: relation('contact'),
		deal: relation('deal'),
		state: readonly(choice(['draft', 'confirmed', 'invoiced', 'cancelled'], 'draft')),
		date,
		currency: fixed(currency),
		...totals,
		note,
	},
	owns: [{ entity: 'order_line', field: 'order' }],
	actions: { confirm_order: confirmOrder, cancel_order: cancelOrder, create_invoice: createInvoice },
	locked: ({ values }) => (values.state === 'draft' ? undefined : 'it is no draft any more'),
	derive: (values, tx) => ({
		...values,
		date: values.date ?? tx.today,
		net: amountOf(values, 'net'),
		tax: amountOf(values, 'tax'),
		total: amountOf(values, 'total'),
	}),
};

export const orderLine = linesOf('order', 'Order lines');
