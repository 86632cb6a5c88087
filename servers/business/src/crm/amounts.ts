import { Fault } from '@switchboard/kit';
import { fitsCurrency, largest } from '../decimal.ts';
import { entityNamed } from './entities.ts';
import type { Entity, Field, Value, Values } from './model.ts';
import type { Tables } from './tx.ts';

/** The currency that a record's amounts are in; its own, or that of what it belongs to. */
export function currencyOf(entity: Entity, values: Values, tables: Tables): string | undefined {
	const path = Object.values(entity.fields).find((field) => field.currency !== undefined)?.currency;
	if (path === undefined) return undefined;
	const [first = '', rest] = path.split('.');
	const value = values[first];
	if (typeof value !== 'string') return undefined;
	if (rest === undefined) return value;
	const parent = tables.read(entityNamed(entity.fields[first]?.to ?? ''), value)?.values[rest];
	return typeof parent === 'string' ? parent : undefined;
}

/** An amount is always in some currency: the owner's own where none is said. */
export function withCurrency(entity: Entity, values: Values, home: string): Values {
	const unsaid = Object.entries(entity.fields).filter(
		([name, { type }]) => type === 'currency' && (values[name] ?? null) === null,
	);
	return unsaid.length === 0 ? values : { ...values, ...Object.fromEntries(unsaid.map(([name]) => [name, home])) };
}

export function withDefaults(entity: Entity, values: Values): Values {
	const complete: Record<string, Value> = {};
	for (const [name, field] of Object.entries(entity.fields)) complete[name] = values[name] ?? defaultOf(field);
	return complete;
}

function defaultOf({ type, default: initial }: Field): Value {
	if (initial === undefined) return null;
	return type === 'decimal' && typeof initial === 'string' ? BigInt(initial) * 10_000n : initial;
}

/** Refuses what no column can hold, and what no coin of the currency can pay. */
export function checkAmounts(entity: Entity, values: Values, currency: string | undefined): void {
	for (const [name, field] of Object.entries(entity.fields)) {
		const value = values[name];
		if (typeof value !== 'bigint') continue;
		if (value >= largest || value <= -largest) throw new Fault('invalid_input', `${name} is too large.`);
		if (field.type === 'money' && currency !== undefined && !fitsCurrency(value, currency)) {
			throw new Fault('invalid_input', `${name} has more decimals than ${currency} can pay.`);
		}
	}
}
