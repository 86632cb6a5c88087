import { type Effect, Fault, graver } from '@switchboard/kit';
import type { Op } from '../change.ts';
import type { RecordId } from '../connector.ts';
import { formatRef, parseRef, readRef } from '../refs.ts';
import { entityNamed } from './entities.ts';
import type { Action, Entity, Stored, Values } from './model.ts';
import type { RecordingTx } from './tx.ts';
import { type ResolveRelation, readValues, restore } from './values.ts';

export const connectionId = 'crm';

/** One record of an applied change, as history kept it. */
export interface Reversal {
	readonly entity: string;
	readonly id: string;
	readonly before: Readonly<Record<string, string | number | boolean | null>> | undefined;
	/** The version the change left it at; undefined where it took the record away. */
	readonly versionAfter: number | undefined;
	readonly versionBefore: number | undefined;
}

/** What the operations of a change have created so far, by their index. */
export type Created = Map<number, RecordId>;

/** Carries one operation out; what is wrong with it is a Fault. */
export function execute(op: Op, index: number, created: Created, tx: RecordingTx): void {
	tx.begin(index);
	const resolve = resolver(created, tx);
	if (op.op === 'create') created.set(index, create(op, tx, resolve));
	else change(op, resolveRef(op.ref, created), tx, resolve);
}

function create(op: Op & { op: 'create' }, tx: RecordingTx, resolve: ResolveRelation): RecordId {
	const entity = editable(entityNamed(op.entity));
	const values = readValues(entity.fields, op.values, { creating: true, resolve });
	lockedParent(entity, values, tx);
	return { entity: entity.name, id: tx.create(entity.name, values).id };
}

function change(
	op: Exclude<Op, { op: 'create' }>,
	{ entity: name, id }: RecordId,
	tx: RecordingTx,
	resolve: ResolveRelation,
): void {
	const entity = entityNamed(name);
	const record = tx.read(name, id);
	if (op.version !== undefined) checkVersion(op.version, tx.versionBefore(name, record), op.ref);
	if (op.op === 'action') {
		act(entity, record, op, tx, resolve);
		return;
	}
	editable(entity);
	const lock = entity.locked?.(record, tx);
	if (lock !== undefined)
		throw new Fault('conflict', `This ${name} cannot be changed: ${lock}.`, { hint: actionsHint(entity) });
	if (op.op === 'delete') tx.remove(name, id);
	else tx.update(name, id, readValues(entity.fields, op.values, { creating: false, resolve }));
}

/** Takes a change back record by record, the last first; a record that has moved since stops it. */
export function reverse(reversals: readonly Reversal[], tx: RecordingTx): void {
	tx.begin(0);
	for (const reversal of reversals) checkUnmoved(reversal, reversals, tx);
	for (const { entity, id, before, versionAfter, versionBefore } of reversals) {
		const values = before === undefined ? undefined : restore(entityNamed(entity), before);
		tx.reinstate(entity, id, values, (versionAfter ?? versionBefore ?? 0) + 1);
	}
}

function checkUnmoved(reversal: Reversal, all: readonly Reversal[], tx: RecordingTx): void {
	const { entity, id, before, versionAfter } = reversal;
	if (versionAfter === undefined) return;
	const ref = formatRef({ connection: connectionId, entity, id });
	checkVersion(String(versionAfter), tx.read(entity, id).version, ref);
	if (before !== undefined) return;
	const files = tx.children('attachment', 'record', `${entity}:${id}`);
	if (files.every((file) => all.some((other) => other.entity === 'attachment' && other.id === file.id))) return;
	throw new Fault('conflict', `${ref} has attachments by now, so it stays.`);
}

export function effectOf(ops: readonly Op[]): { readonly effect: Effect; readonly reversible: boolean } {
	let effect: Effect = 'write';
	let reversible = true;
	for (const op of ops) {
		if (op.op === 'delete') {
			effect = 'destroy';
			reversible = false;
		}
		if (op.op !== 'action') continue;
		const action = actionOf(entityNamed(entityIn(op.ref, ops)), op.action);
		effect = graver(effect, action.effect);
		reversible &&= action.reversible;
	}
	return { effect, reversible };
}

function act(
	entity: Entity,
	record: Stored,
	op: Op & { op: 'action' },
	tx: RecordingTx,
	resolve: ResolveRelation,
): void {
	const action = actionOf(entity, op.action);
	const state = entity.state === undefined ? undefined : record.values[entity.state];
	if (typeof state === 'string' && !action.from.includes(state)) {
		throw new Fault(
			'conflict',
			`${op.action} is possible for ${action.from.join(' or ')}; this ${entity.name} is ${state}.`,
		);
	}
	const inputs = readValues(action.inputs, op.values ?? {}, { creating: true, resolve });
	action.run(record, inputs, tx);
}

function actionOf(entity: Entity, name: string): Action {
	const actions = entity.actions ?? {};
	const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
	if (action !== undefined) return action;
	throw new Fault('invalid_input', `${entity.name} has no such action.`, { hint: actionsHint(entity) });
}

function actionsHint(entity: Entity): string {
	const actions = Object.keys(entity.actions ?? {});
	return actions.length === 0 ? `${entity.name} has no actions.` : `Actions of ${entity.name}: ${actions.join(', ')}.`;
}

function editable(entity: Entity): Entity {
	if (!entity.internal) return entity;
	throw new Fault('denied', `Records of ${entity.name} come from actions and cannot be written directly.`);
}

/** A line may not be added to what is closed. */
function lockedParent(entity: Entity, values: Values, tx: RecordingTx): void {
	const parent = Object.entries(entity.fields).find(([, field]) => field.fixed && field.to !== undefined);
	if (parent === undefined) return;
	const [name, field] = parent;
	const owner = entityNamed(field.to ?? '');
	const lock = owner.locked?.(tx.read(owner.name, String(values[name])), tx);
	if (lock !== undefined) throw new Fault('conflict', `No ${entity.name} can be added to this ${owner.name}: ${lock}.`);
}

export function checkVersion(version: string, current: number, ref: string): void {
	if (version === String(current)) return;
	throw new Fault(
		'conflict',
		`${ref} is at version ${current}, the change was made for version ${version.slice(0, 20)}.`,
		{
			hint: 'Read it again with biz_get and preview the change anew.',
		},
	);
}

function resolver(created: Created, tx: RecordingTx): ResolveRelation {
	return (reference, entity) => {
		const ref = recordIn(reference, created);
		if (ref === undefined) return { problem: 'takes a reference such as crm:company:k3v9, or new:<index>' };
		if (ref.entity !== entity) return { problem: `takes the reference of a ${entity}, not of a ${ref.entity}` };
		return tx.has(ref.entity, ref.id) ? { value: ref.id } : { problem: `refers to a ${entity} that is not there` };
	};
}

const newRecord = /^new:(\d{1,3})$/;

/** `new:0` is the record that operation 0 of this change creates. */
function recordIn(reference: string, created: Created): RecordId | undefined {
	const earlier = newRecord.exec(reference)?.[1];
	if (earlier !== undefined) return created.get(Number(earlier));
	const ref = readRef(reference);
	return ref?.connection === connectionId ? ref : undefined;
}

function resolveRef(reference: string, created: Created): RecordId {
	const record = recordIn(reference, created);
	if (record !== undefined) return record;
	throw new Fault('invalid_input', 'ref names no record of this system and none that an earlier operation creates.', {
		hint: 'It reads crm:contact:k3v9, or new:0 for what operation 0 creates.',
	});
}

function entityIn(reference: string, ops: readonly Op[]): string {
	const op = ops[Number(newRecord.exec(reference)?.[1] ?? Number.NaN)];
	return op?.op === 'create' ? op.entity : parseRef(reference).entity;
}
