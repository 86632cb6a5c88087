import { choice, currency, date, type Entity, note, relation, required, text } from './model.ts';

export const company: Entity = {
	name: 'company',
	title: 'Companies',
	table: 'companies',
	label: 'name',
	summary: ['name', 'email', 'phone', 'city', 'country'],
	fields: {
		name: required(text()),
		email: text(),
		phone: text(60),
		website: text(),
		vat_id: text(40),
		street: text(),
		postcode: text(20),
		city: text(),
		country: text(60),
		note,
	},
};

export const contact: Entity = {
	name: 'contact',
	title: 'Contacts',
	table: 'contacts',
	label: 'name',
	summary: ['name', 'email', 'phone', 'role', 'company', 'company.name'],
	fields: { name: required(text()), email: text(), phone: text(60), role: text(), company: relation('company'), note },
};

export const product: Entity = {
	name: 'product',
	title: 'Products',
	table: 'products',
	label: 'name',
	summary: ['name', 'sku', 'price', 'currency', 'tax_rate', 'active'],
	fields: {
		name: required(text()),
		sku: { ...text(60), note: 'unique' },
		price: { type: 'price', currency: 'currency' },
		currency,
		tax_rate: { type: 'decimal', default: '0', note: 'per cent' },
		active: { type: 'boolean', default: true },
		note,
	},
};

export const activityKinds = ['call', 'meeting', 'mail', 'task', 'note'] as const;

export const activity: Entity = {
	name: 'activity',
	title: 'Activities',
	table: 'activities',
	label: 'subject',
	summary: ['kind', 'subject', 'date', 'done', 'contact.name', 'company.name', 'deal.name'],
	fields: {
		kind: required(choice(activityKinds)),
		subject: required(text(500)),
		date: { ...date, note: 'when it was, or is due; today where absent' },
		done: { type: 'boolean', default: false },
		contact: relation('contact'),
		company: relation('company'),
		deal: relation('deal'),
		note,
	},
	derive: (values, tx) => ({ ...values, date: values.date ?? tx.today }),
};

/** A file kept beside a record; its content lies in the store's folder under its SHA-256. */
export const attachment: Entity = {
	name: 'attachment',
	title: 'Attachments',
	table: 'attachments',
	label: 'name',
	summary: ['name', 'size', 'sha256', 'record'],
	internal: true,
	fields: {
		record: { ...required(text(120)), note: 'entity:id it belongs to' },
		name: required(text(255)),
		sha256: required(text(64)),
		size: required({ type: 'integer' }),
		mime_type: required(text(200)),
		source: required(choice(['own', 'outside'])),
		origin: text(2_000),
	},
};
