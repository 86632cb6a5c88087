import { digestOf, type Target } from '@switchboard/kit';
import type { Difference } from '../change.ts';
import type { Scalar, Values as Written } from '../connector.ts';
import { formatRef } from '../refs.ts';
import { connectionId } from './execute.ts';
import type { Entity, Stored } from './model.ts';
import type { Touched } from './tx.ts';
import { present } from './values.ts';

/** A record's values as they leave the store. */
export function presented(entity: Entity, record: Stored, currency: string | undefined): Written {
	const values: Record<string, Scalar> = {};
	for (const [name, field] of Object.entries(entity.fields)) {
		values[name] = present(field, record.values[name] ?? null, currency, connectionId);
	}
	return values;
}

/** The name of a related record, for people who cannot read references. */
export type NameOf = (entity: string, id: string) => string | undefined;

/** What a change does, record by record and field by field. */
export function differencesOf(touched: readonly Touched[], nameOf: NameOf): readonly Difference[] {
	return touched.map(({ entity, id, op, currency, before, after }) => {
		const old = before === undefined ? {} : presented(entity, before, currency);
		const young = after === undefined ? {} : presented(entity, after, currency);
		const fields = Object.entries(entity.fields).flatMap(([name, { to }]) => {
			const [was, is] = [old[name] ?? null, young[name] ?? null];
			if (was === is) return [];
			const related = to === undefined ? undefined : nameOf(to, String(after?.values[name] ?? before?.values[name]));
			return [{ name, before: was, after: is, ...(related !== undefined && { related }) }];
		});
		const change = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
		return {
			op,
			ref: formatRef({ connection: connectionId, entity: entity.name, id }),
			title: titleOf(entity, after ?? before),
			change,
			fields,
		};
	});
}

function titleOf(entity: Entity, record: Stored | undefined): string {
	const label = record?.values[entity.label];
	return typeof label === 'string' && label !== '' ? `${entity.name} ${label}` : entity.name;
}

/** Binds a change to what was shown; numbers that are given out only when it is applied stay out. */
export function hashOf(differences: readonly Difference[], touched: readonly Touched[]): string {
	const assigned = (index: number, name: string) => touched[index]?.entity.fields[name]?.assigned === true;
	return digestOf(
		differences.map(({ ref, change, fields }, index) => ({
			ref,
			change,
			fields: fields.map(({ name, before, after }) => ({
				name,
				before,
				after: assigned(index, name) ? 'assigned' : after,
			})),
		})),
	);
}

/** The records, tables and amounts a change acts on. */
export function targetsOf(touched: readonly Touched[]): readonly Target[] {
	const targets = new Map<string, Target>();
	const add = (kind: Target['kind'], value: string) => targets.set(`${kind} ${value}`, { kind, value });
	for (const { entity, id, currency, before, after } of touched) {
		add('table', `${connectionId}:${entity.name}`);
		add('record', formatRef({ connection: connectionId, entity: entity.name, id }));
		const record = after ?? before;
		const field = entity.amount === undefined ? undefined : entity.fields[entity.amount];
		const value = entity.amount === undefined ? null : (record?.values[entity.amount] ?? null);
		if (field !== undefined && value !== null)
			add('amount', `${present(field, value, currency, connectionId)} ${currency ?? ''}`.trim());
	}
	return [...targets.values()];
}
