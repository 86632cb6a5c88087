import { Fault } from '@switchboard/kit';
import { entityNamed } from '../../crm/entities.ts';
import type { Entity, Field } from '../../crm/model.ts';
import { quoted } from './tables.ts';

/** A field reached from the entity asked about, over relations if need be. */
export interface Column {
	readonly sql: string;
	readonly field: Field;
}

/** The tables that a query's paths lead over. */
export interface Paths {
	column(path: string): Column;
	/** `FROM` with every join that the columns so far need. */
	from(): string;
}

const longest = 4;
const id: Field = { type: 'relation' };
const time: Field = { type: 'time', readonly: true };
const own: Readonly<Record<string, readonly [string, Field]>> = {
	ref: ['id', id],
	created_at: ['created_at', time],
	updated_at: ['updated_at', time],
};

/** Turns `company.name` into joins and a column. Only names of the model reach the SQL; anything else is a Fault. */
export function createPaths(root: Entity): Paths {
	const joins = new Map<string, { readonly alias: string; readonly sql: string }>();

	function join(prefix: string, from: string, name: string, to: Entity): string {
		const known = joins.get(prefix);
		if (known !== undefined) return known.alias;
		const alias = `j${joins.size + 1}`;
		joins.set(prefix, { alias, sql: ` LEFT JOIN ${to.table} AS ${alias} ON ${alias}.id = ${from}.${quoted(name)}` });
		return alias;
	}

	function column(path: string): Column {
		const steps = path.split('.');
		const last = steps.pop() ?? '';
		if (steps.length >= longest) throw unknown(root, path);
		let entity = root;
		let alias = 'r';
		for (const [index, step] of steps.entries()) {
			const to = fieldOf(entity, step)?.to;
			if (to === undefined) throw unknown(entity, step);
			const next = entityNamed(to);
			alias = join(steps.slice(0, index + 1).join('.'), alias, step, next);
			entity = next;
		}
		const system = Object.hasOwn(own, last) ? own[last] : undefined;
		if (system !== undefined) {
			const [name, field] = system;
			return { sql: `${alias}.${name}`, field: last === 'ref' ? { ...field, to: entity.name } : field };
		}
		const field = fieldOf(entity, last);
		if (field === undefined) throw unknown(entity, last);
		return { sql: `${alias}.${quoted(last)}`, field };
	}

	return {
		column,
		from: () => `FROM ${root.table} AS r${[...joins.values()].map(({ sql }) => sql).join('')}`,
	};
}

function fieldOf(entity: Entity, name: string): Field | undefined {
	return Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
}

function unknown(entity: Entity, name: string): Fault {
	return new Fault('invalid_input', `${entity.name} has no field ${JSON.stringify(name.slice(0, 60))}.`, {
		hint: `Its fields: ${[...Object.keys(entity.fields), ...Object.keys(own)].join(', ')}; relations are followed with a dot.`,
	});
}
