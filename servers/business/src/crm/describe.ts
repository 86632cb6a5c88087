import type { EntityDescription, FieldDescription } from '../connector.ts';
import type { Entity, Field } from './model.ts';

/** What may be read, set and done with an entity, for one who has never seen it. */
export function describe(entity: Entity): Omit<EntityDescription, 'records'> {
	return {
		name: entity.name,
		title: entity.title,
		fields: Object.entries(entity.fields).map(([name, field]) => describeField(name, field)),
		actions: Object.entries(entity.actions ?? {}).map(([name, { title, effect, reversible, from, inputs }]) => ({
			name,
			title,
			effect,
			reversible,
			from,
			values: Object.entries(inputs).map(([input, field]) => describeField(input, field)),
		})),
		operations: entity.internal ? [] : ['create', 'update', 'delete'],
	};
}

function describeField(name: string, field: Field): FieldDescription {
	const { type, required, readonly, fixed, to, choices, note, default: initial } = field;
	const notes = [note, fixed && 'set when created', initial !== undefined && `default ${initial}`].filter(Boolean);
	return {
		name,
		type: type === 'price' || type === 'money' ? 'decimal text' : type,
		...(required && { required }),
		...(readonly && { readonly }),
		...(to !== undefined && { relation: to }),
		...(choices !== undefined && { selection: choices }),
		...(notes.length > 0 && { note: notes.join('; ') }),
	};
}
