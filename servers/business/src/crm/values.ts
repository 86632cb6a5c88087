import { Fault } from '@switchboard/kit';
import type { Given } from '../change.ts';
import type { Scalar, Values as Written } from '../connector.ts';
import { digitsOf, formatDecimal, isCurrency, parseDecimal } from '../decimal.ts';
import type { Entity, Field, Value, Values } from './model.ts';

/** Turns a reference, or the `new:<index>` of a record this change creates, into an id of that entity. */
export type ResolveRelation = (reference: string, entity: string) => Read;

export type Read = { readonly value: Value } | { readonly problem: string };

/** Reads the values of an operation; every problem is named in one Fault. */
export function readValues(
	fields: Readonly<Record<string, Field>>,
	given: Given,
	{ creating, resolve }: { readonly creating: boolean; readonly resolve: ResolveRelation },
): Values {
	const values: Record<string, Value> = {};
	const problems: string[] = [];
	for (const [name, scalar] of Object.entries(given)) {
		const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
		const read = field === undefined ? { problem: 'is no field' } : readSettable(field, scalar, creating, resolve);
		if ('problem' in read) problems.push(`${JSON.stringify(name.slice(0, 60))} ${read.problem}`);
		else values[name] = read.value;
	}
	for (const [name, field] of Object.entries(fields)) {
		if (creating && field.required && !field.readonly && !(name in values)) problems.push(`"${name}" is missing`);
	}
	if (problems.length === 0) return values;
	throw new Fault('invalid_input', `${problems.join('; ')}.`, {
		hint: `Fields that can be set: ${Object.entries(fields)
			.flatMap(([name, { readonly }]) => (readonly ? [] : [name]))
			.join(', ')}.`,
	});
}

function readSettable(field: Field, scalar: unknown, creating: boolean, resolve: ResolveRelation): Read {
	if (field.readonly) return { problem: 'follows from actions and cannot be set' };
	if (field.fixed && !creating) return { problem: 'is fixed once the record exists' };
	if (scalar === null || scalar === '') return field.required ? { problem: 'may not be empty' } : { value: null };
	if (field.type !== 'relation') return readScalar(field, scalar);
	if (typeof scalar !== 'string') return { problem: 'takes the reference of a record' };
	return resolve(scalar, field.to ?? '');
}

/** A scalar as the rules hold it, by the field's type. */
export function readScalar(field: Field, scalar: unknown): Read {
	switch (field.type) {
		case 'boolean':
			return typeof scalar === 'boolean' ? { value: scalar } : { problem: 'takes true or false' };
		case 'integer':
			return typeof scalar === 'number' && Number.isSafeInteger(scalar)
				? { value: scalar }
				: { problem: 'takes a whole number' };
		case 'decimal':
		case 'price':
		case 'money':
			return readDecimal(scalar);
		default:
			return typeof scalar === 'string' ? readText(field, scalar.trim()) : { problem: 'takes a text' };
	}
}

/** A JSON number counts as the digits it was written with. */
function readDecimal(scalar: unknown): Read {
	const value =
		typeof scalar === 'string' || typeof scalar === 'number' ? parseDecimal(String(scalar).trim()) : undefined;
	return value === undefined ? { problem: 'takes a decimal such as "12.50", at most four decimals' } : { value };
}

function readText(field: Field, text: string): Read {
	switch (field.type) {
		case 'choice':
			return field.choices?.includes(text) ? { value: text } : { problem: `is one of ${field.choices?.join(', ')}` };
		case 'currency':
			return isCurrency(text) ? { value: text } : { problem: 'takes an ISO 4217 code such as EUR' };
		case 'date':
			return isDate(text) ? { value: text } : { problem: 'takes a date such as 2026-03-31' };
		default:
			if (text.length > (field.max ?? 200)) return { problem: `is longer than ${field.max ?? 200} characters` };
			return { value: text };
	}
}

export function isDate(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const at = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** A stored value as it leaves: decimals as text, relations as references. */
export function present(field: Field, value: Value, currency: string | undefined, connection: string): Scalar {
	if (typeof value !== 'bigint') {
		return field.type === 'relation' && typeof value === 'string' ? `${connection}:${field.to}:${value}` : value;
	}
	const inCurrency = currency !== undefined && (field.type === 'money' || field.type === 'price');
	return formatDecimal(value, inCurrency ? digitsOf(currency) : 0);
}

/** The way back from `present`, for what history kept. */
export function restore(entity: Entity, written: Written): Values {
	const values: Record<string, Value> = {};
	for (const [name, field] of Object.entries(entity.fields)) {
		const scalar = written[name] ?? null;
		values[name] = scalar === null ? null : restored(field, scalar);
	}
	return values;
}

function restored(field: Field, scalar: Scalar): Value {
	if (field.type === 'relation' && typeof scalar === 'string') return scalar.slice(scalar.lastIndexOf(':') + 1);
	if (field.type === 'decimal' || field.type === 'price' || field.type === 'money')
		return parseDecimal(String(scalar)) ?? null;
	return scalar;
}
