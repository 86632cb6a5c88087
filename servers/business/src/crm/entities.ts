import { Fault } from '@switchboard/kit';
import { invoice, invoiceLine, payment } from './billing.ts';
import type { Entity, Field } from './model.ts';
import { activity, attachment, company, contact, product } from './parties.ts';
import { deal, order, orderLine } from './sales.ts';

export const entities: readonly Entity[] = [
	company,
	contact,
	product,
	deal,
	activity,
	order,
	orderLine,
	invoice,
	invoiceLine,
	payment,
	attachment,
];

const byName = new Map(entities.map((entity) => [entity.name, entity]));

export function entityNamed(name: string): Entity {
	const entity = byName.get(name);
	if (entity !== undefined) return entity;
	throw new Fault('not_found', 'The CRM has no entity of that name.', {
		hint: `It has ${[...byName.keys()].join(', ')}.`,
	});
}

/** A field by name, never by what an object inherits. */
export function fieldNamed(entity: Entity, name: string): Field {
	const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
	if (field !== undefined) return field;
	throw new Fault('invalid_input', `${entity.name} has no such field.`, {
		hint: `Its fields: ${Object.keys(entity.fields).join(', ')}.`,
	});
}
