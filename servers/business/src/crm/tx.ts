import { Fault } from '@switchboard/kit';
import type { By } from '../connector.ts';
import { idWithin } from '../refs.ts';
import { checkAmounts, currencyOf, withCurrency, withDefaults } from './amounts.ts';
import { entityNamed } from './entities.ts';
import { dayOf, type Entity, type Stored, type Tx, type Values } from './model.ts';

/** The rows as the database keeps them, inside one transaction. */
export interface Tables {
	read(entity: Entity, id: string): Stored | undefined;
	children(entity: Entity, field: string, id: string): readonly Stored[];
	insert(entity: Entity, record: Stored): void;
	update(entity: Entity, record: Stored): void;
	remove(entity: Entity, id: string): void;
	/** Counts a sequence up and returns where it stands. */
	count(sequence: string): number;
}

/** What one change did to one record. */
export interface Touched {
	readonly entity: Entity;
	readonly id: string;
	/** Index of the operation that first touched it. */
	readonly op: number;
	readonly currency: string | undefined;
	readonly before: Stored | undefined;
	readonly after: Stored | undefined;
}

export interface RecordingTx extends Tx {
	/** From here on, writes are on account of this operation. */
	begin(op: number): void;
	/** Puts a record into a state that history kept, rules aside; `undefined` takes it away. */
	reinstate(entity: string, id: string, values: Values | undefined, version: number): void;
	has(entity: string, id: string): boolean;
	/** The version a record had when the change began. */
	versionBefore(entity: string, record: Stored): number;
	touched(): readonly Touched[];
}

export interface TxOptions {
	/** Its id; those of the records it creates follow from it, so that preview and apply name the same. */
	readonly change: string;
	readonly by: By;
	readonly now: string;
	readonly currency: string;
}

/** Rules write through this: versions are counted, amounts checked, before and after kept. */
export function createTx(tables: Tables, { change, by, now, currency: home }: TxOptions): RecordingTx {
	const records = new Map<string, Touched>();
	let op = 0;
	let created = 0;

	function freshId(): string {
		created += 1;
		return idWithin(change, created);
	}

	function read(entity: string, id: string): Stored {
		const record = tables.read(entityNamed(entity), id);
		if (record !== undefined) return record;
		throw new Fault('not_found', `There is no such ${entity}.`, {
			hint: 'biz_search returns the references of records.',
		});
	}

	function record(entity: Entity, id: string, before: Stored | undefined, after: Stored | undefined): void {
		const key = `${entity.name}:${id}`;
		const known = records.get(key);
		const currency = currencyOf(entity, (after ?? before)?.values ?? {}, tables) ?? known?.currency;
		records.set(key, known === undefined ? { entity, id, op, currency, before, after } : { ...known, currency, after });
	}

	/** Derived values included; what no currency can pay or no column can hold is refused. */
	function settled(entity: Entity, values: Values): Values {
		const complete = withCurrency(entity, values, home);
		const derived = entity.derive?.(complete, tx) ?? complete;
		checkAmounts(entity, derived, currencyOf(entity, derived, tables));
		return derived;
	}

	/** A second write within the change counts as the same version. */
	function nextVersion(entity: Entity, current: Stored): number {
		const known = records.get(`${entity.name}:${current.id}`);
		return known === undefined ? current.version + 1 : current.version;
	}

	function put(entity: Entity, stored: Stored, before: Stored | undefined): Stored {
		if (before === undefined) tables.insert(entity, stored);
		else tables.update(entity, stored);
		record(entity, stored.id, before, stored);
		return stored;
	}

	const today = dayOf(new Date(now));
	const tx: RecordingTx = {
		by,
		now,
		today,
		currency: home,
		read,
		begin: (index) => {
			op = index;
		},
		children: (entity, field, id) => tables.children(entityNamed(entity), field, id),
		create(name, values) {
			const entity = entityNamed(name);
			const complete = settled(entity, withDefaults(entity, values));
			const stored = put(
				entity,
				{ id: freshId(), version: 1, createdAt: now, updatedAt: now, values: complete },
				undefined,
			);
			entity.after?.(stored, tx);
			return stored;
		},
		update(name, id, values) {
			const entity = entityNamed(name);
			const before = read(name, id);
			const merged = settled(entity, { ...before.values, ...values });
			if (isSame(before.values, merged)) return before;
			const stored = { ...before, version: nextVersion(entity, before), updatedAt: now, values: merged };
			put(entity, stored, before);
			entity.after?.(stored, tx);
			return stored;
		},
		remove(name, id) {
			const entity = entityNamed(name);
			const before = read(name, id);
			for (const owned of entity.owns ?? []) {
				for (const child of tx.children(owned.entity, owned.field, id)) tx.remove(owned.entity, child.id);
			}
			for (const file of tx.children('attachment', 'record', `${name}:${id}`)) tx.remove('attachment', file.id);
			record(entity, id, tables.read(entity, id), undefined);
			tables.remove(entity, id);
			entity.after?.(before, tx);
		},
		reinstate(name, id, values, version) {
			const entity = entityNamed(name);
			const before = tables.read(entity, id);
			if (values === undefined) {
				record(entity, id, before, undefined);
				tables.remove(entity, id);
				return;
			}
			put(entity, { id, version, createdAt: before?.createdAt ?? now, updatedAt: now, values }, before);
		},
		nextNumber(prefix) {
			const sequence = `${prefix}-${today.slice(0, 4)}`;
			return `${sequence}-${String(tables.count(sequence)).padStart(4, '0')}`;
		},
		has: (entity, id) => tables.read(entityNamed(entity), id) !== undefined,
		versionBefore: (entity, record) => records.get(`${entity}:${record.id}`)?.before?.version ?? record.version,
		touched: () => [...records.values()].filter(({ before, after }) => before !== undefined || after !== undefined),
	};
	return tx;
}

function isSame(a: Values, b: Values): boolean {
	return Object.keys({ ...a, ...b }).every((name) => (a[name] ?? null) === (b[name] ?? null));
}
