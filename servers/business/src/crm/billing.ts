import { Fault } from '@switchboard/kit';
import { formatDecimal } from '../decimal.ts';
import { linesNeeded, linesOf, totals } from './lines.ts';
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

const methods = ['bank', 'card', 'cash', 'other'] as const;
const daysToPay = 14;

const postInvoice: Action = {
	title: 'Post the invoice: number it and close it for good',
	effect: 'send',
	reversible: false,
	from: ['draft'],
	inputs: {
		date: { ...date, note: 'today where absent' },
		due_date: { ...date, note: `${daysToPay} days later where absent` },
	},
	run(invoice, inputs, tx) {
		linesNeeded(invoice, 'invoice', tx);
		if (amountOf(invoice.values, 'total') <= 0n)
			throw new Fault('invalid_input', 'The invoice’s total is not above zero.');
		const day = textOf(inputs, 'date') ?? tx.today;
		const due = textOf(inputs, 'due_date') ?? textOf(invoice.values, 'due_date') ?? dayAfter(day, daysToPay);
		if (due < day) throw new Fault('invalid_input', 'due_date is before the invoice’s date.');
		tx.update('invoice', invoice.id, { state: 'posted', number: tx.nextNumber('INV'), date: day, due_date: due });
	},
};

const registerPayment: Action = {
	title: 'Book a payment that came in for the invoice',
	effect: 'write',
	reversible: true,
	from: ['posted'],
	inputs: {
		amount: { type: 'money', currency: 'currency', note: 'all that is open where absent' },
		date: { ...date, note: 'today where absent' },
		method: choice(methods, 'bank'),
		reference: text(),
	},
	run(invoice, inputs, tx) {
		const open = amountOf(invoice.values, 'open');
		const amount = typeof inputs.amount === 'bigint' ? inputs.amount : open;
		if (amount <= 0n) throw new Fault('invalid_input', 'The amount of a payment is above zero.');
		if (amount > open) {
			throw new Fault('invalid_input', `Only ${formatDecimal(open, 2)} are open on this invoice.`, {
				hint: 'Register at most what is open.',
			});
		}
		tx.create('payment', { ...inputs, invoice: invoice.id, amount, date: inputs.date ?? tx.today });
		const paid = amountOf(invoice.values, 'paid') + amount;
		tx.update('invoice', invoice.id, { paid, ...(amount === open && { state: 'paid' }) });
	},
};

export const invoice: Entity = {
	name: 'invoice',
	title: 'Invoices',
	table: 'invoices',
	label: 'number',
	amount: 'total',
	summary: ['number', 'state', 'date', 'due_date', 'total', 'open', 'currency', 'company', 'company.name'],
	state: 'state',
	fields: {
		number: { ...readonly(text(40)), assigned: true },
		company: required(relation('company')),
		order: relation('order'),
		state: readonly(choice(['draft', 'posted', 'paid'], 'draft')),
		date,
		due_date: date,
		currency: fixed(currency),
		...totals,
		paid: readonly({ type: 'money', currency: 'currency' }),
		open: readonly({ type: 'money', currency: 'currency' }),
		note,
	},
	owns: [{ entity: 'invoice_line', field: 'invoice' }],
	actions: { post_invoice: postInvoice, register_payment: registerPayment },
	locked: ({ values }) => (values.state === 'draft' ? undefined : 'it is posted'),
	derive: (values) => {
		const total = amountOf(values, 'total');
		const paid = amountOf(values, 'paid');
		return { ...values, net: amountOf(values, 'net'), tax: amountOf(values, 'tax'), total, paid, open: total - paid };
	},
};

export const invoiceLine = linesOf('invoice', 'Invoice lines');

export const payment: Entity = {
	name: 'payment',
	title: 'Payments',
	table: 'payments',
	label: 'reference',
	amount: 'amount',
	summary: ['invoice', 'invoice.number', 'amount', 'date', 'method', 'reference'],
	internal: true,
	fields: {
		invoice: required(relation('invoice')),
		amount: required({ type: 'money', currency: 'invoice.currency' }),
		date: required(date),
		method: choice(methods, 'bank'),
		reference: text(),
	},
};

function dayAfter(day: string, days: number): string {
	const at = new Date(`${day}T00:00:00Z`);
	at.setUTCDate(at.getUTCDate() + days);
	return at.toISOString().slice(0, 10);
}
