import { Fault } from '@switchboard/kit';
import { digitsOf, multiply, percentOf } from '../decimal.ts';
import {
	amountOf,
	type Entity,
	fixed,
	readonly,
	relation,
	required,
	type Stored,
	type Tx,
	text,
	textOf,
	type Values,
} from './model.ts';

/** The lines of an order or an invoice: what they cost follows from quantity, price and tax rate. */
export function linesOf(parent: string, title: string): Entity {
	const currency = `${parent}.currency`;
	return {
		name: `${parent}_line`,
		title,
		table: `${parent}_lines`,
		label: 'description',
		summary: [parent, 'description', 'quantity', 'unit_price', 'tax_rate', 'net'],
		fields: {
			[parent]: fixed(required(relation(parent))),
			product: relation('product'),
			description: { ...text(500), note: 'the product’s name where absent' },
			quantity: { type: 'decimal', default: '1' },
			unit_price: { type: 'price', currency, note: 'the product’s price where absent' },
			tax_rate: { type: 'decimal', note: 'per cent; the product’s where absent' },
			net: readonly({ type: 'money', currency }),
			tax: readonly({ type: 'money', currency }),
		},
		locked: (line, tx) =>
			tx.read(parent, idOf(line.values, parent)).values.state === 'draft'
				? undefined
				: `its ${parent} is no draft any more`,
		derive: (values, tx) => priced(values, parent, tx),
		after: (line, tx) => sumUp(parent, idOf(line.values, parent), tx),
	};
}

/** The amounts that a record with lines carries. */
export const totals = {
	net: readonly({ type: 'money' as const, currency: 'currency' }),
	tax: readonly({ type: 'money' as const, currency: 'currency' }),
	total: readonly({ type: 'money' as const, currency: 'currency' }),
};

/** What a line says itself comes first, then its product. */
function priced(values: Values, parent: string, tx: Tx): Values {
	const currency = textOf(tx.read(parent, idOf(values, parent)).values, 'currency') ?? tx.currency;
	const product = textOf(values, 'product');
	const from = product === undefined ? {} : tx.read('product', product).values;
	const description = textOf(values, 'description') ?? textOf(from, 'name');
	if (description === undefined) throw new Fault('invalid_input', 'A line needs a description or a product.');
	if (typeof values.unit_price !== 'bigint' && typeof from.price !== 'bigint') {
		throw new Fault('invalid_input', 'A line needs a unit_price or a product with a price.');
	}
	if (typeof values.unit_price !== 'bigint' && from.currency !== currency) {
		throw new Fault('invalid_input', `The product’s price is not in ${currency}.`, {
			hint: 'Name the unit_price of this line.',
		});
	}
	const unitPrice = typeof values.unit_price === 'bigint' ? values.unit_price : amountOf(from, 'price');
	const taxRate = typeof values.tax_rate === 'bigint' ? values.tax_rate : amountOf(from, 'tax_rate');
	const net = multiply(amountOf(values, 'quantity'), unitPrice, digitsOf(currency));
	const tax = percentOf(net, taxRate, digitsOf(currency));
	return { ...values, description, unit_price: unitPrice, tax_rate: taxRate, net, tax };
}

function sumUp(parent: string, id: string, tx: Tx): void {
	let net = 0n;
	let tax = 0n;
	for (const line of tx.children(`${parent}_line`, parent, id)) {
		net += amountOf(line.values, 'net');
		tax += amountOf(line.values, 'tax');
	}
	tx.update(parent, id, { net, tax, total: net + tax });
}

/** The draft's lines, or a Fault that says what is missing. */
export function linesNeeded(record: Stored, parent: string, tx: Tx): readonly Stored[] {
	const lines = tx.children(`${parent}_line`, parent, record.id);
	if (lines.length > 0) return lines;
	throw new Fault('invalid_input', `The ${parent} has no lines.`, { hint: `Create a ${parent}_line for it first.` });
}

export function idOf(values: Values, field: string): string {
	const id = textOf(values, field);
	if (id === undefined) throw new Fault('invalid_input', `${field} is missing.`);
	return id;
}
