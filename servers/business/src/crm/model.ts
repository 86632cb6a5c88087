import type { Effect } from '@switchboard/kit';
import type { By } from '../connector.ts';

/** `price` may have four decimals, `money` only what its currency can pay. */
export type FieldType =
	| 'text'
	| 'choice'
	| 'decimal'
	| 'price'
	| 'money'
	| 'currency'
	| 'date'
	| 'time'
	| 'boolean'
	| 'integer'
	| 'relation';

export interface Field {
	readonly type: FieldType;
	readonly required?: boolean;
	/** Set by rules and actions only. */
	readonly readonly?: boolean;
	/** Set once, when the record is created. */
	readonly fixed?: boolean;
	/** Numbers given out when the change is applied: they may differ from the preview. */
	readonly assigned?: boolean;
	/** The entity a relation points to. */
	readonly to?: string;
	readonly choices?: readonly string[];
	/** Most characters of a text. */
	readonly max?: number;
	readonly default?: string | boolean;
	/** Where an amount's currency stands, from its own record: `currency` or `order.currency`. */
	readonly currency?: string;
	readonly note?: string;
}

/** A value as the rules see it; decimals are whole ten-thousandths. */
export type Value = string | boolean | number | bigint | null;
export type Values = Readonly<Record<string, Value>>;

export interface Stored {
	readonly id: string;
	readonly version: number;
	readonly createdAt: string;
	readonly updatedAt: string;
	readonly values: Values;
}

/** What rules may do inside one change. Every write is recorded with before and after. */
export interface Tx {
	readonly by: By;
	/** The moment this change counts as its own, so that preview and apply agree. */
	readonly now: string;
	/** The same as a day where the owner is. */
	readonly today: string;
	read(entity: string, id: string): Stored;
	/** Records whose relation `field` is `id`, oldest first. */
	children(entity: string, field: string, id: string): readonly Stored[];
	create(entity: string, values: Values): Stored;
	update(entity: string, id: string, values: Values): Stored;
	remove(entity: string, id: string): void;
	/** The next number of a sequence, `INV-2026-0001`; none is given out twice or left out. */
	nextNumber(prefix: string): string;
	readonly currency: string;
}

export interface Action {
	readonly title: string;
	readonly effect: Effect;
	readonly reversible: boolean;
	/** States in which it is possible. */
	readonly from: readonly string[];
	readonly inputs: Readonly<Record<string, Field>>;
	run(record: Stored, inputs: Values, tx: Tx): void;
}

export interface Entity {
	readonly name: string;
	readonly title: string;
	readonly table: string;
	/** The field that names a record for people. */
	readonly label: string;
	/** The field that says how much money is at stake. */
	readonly amount?: string;
	/** What a search returns when nothing is said. */
	readonly summary: readonly string[];
	readonly fields: Readonly<Record<string, Field>>;
	/** The field whose value an action's `from` speaks of. */
	readonly state?: string;
	readonly actions?: Readonly<Record<string, Action>>;
	/** Records that go with this one. */
	readonly owns?: readonly { readonly entity: string; readonly field: string }[];
	/** Comes into being by rules and actions only. */
	readonly internal?: boolean;
	/** Why this record may not be changed by hand any more. */
	locked?(record: Stored, tx: Tx): string | undefined;
	/** Values that follow from the others, before they are stored. */
	derive?(values: Values, tx: Tx): Values;
	/** What else follows once the record is stored or gone. */
	after?(record: Stored, tx: Tx): void;
}

export const text = (max = 200): Field => ({ type: 'text', max });
export const required = (field: Field): Field => ({ ...field, required: true });
export const readonly = (field: Field): Field => ({ ...field, readonly: true });
export const fixed = (field: Field): Field => ({ ...field, fixed: true });
export const relation = (to: string): Field => ({ type: 'relation', to });
export const choice = (choices: readonly string[], initial?: string): Field => ({
	type: 'choice',
	choices,
	...(initial !== undefined && { default: initial }),
});
export const note: Field = { type: 'text', max: 20_000 };
export const currency: Field = { type: 'currency', note: 'ISO 4217 code; the owner’s own where absent' };
export const date: Field = { type: 'date' };

/** A decimal field's value; what is not set counts as nothing. */
export function amountOf(values: Values, field: string): bigint {
	const value = values[field];
	return typeof value === 'bigint' ? value : 0n;
}

export function textOf(values: Values, field: string): string | undefined {
	const value = values[field];
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The day that a moment falls on, by this machine's clock. */
export function dayOf(moment: Date): string {
	const [month, day] = [moment.getMonth() + 1, moment.getDate()].map((part) => String(part).padStart(2, '0'));
	return `${moment.getFullYear()}-${month}-${day}`;
}
