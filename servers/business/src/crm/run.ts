import { asFault, type Fault } from '@switchboard/kit';
import type { Op, OpError } from '../change.ts';
import { type Created, execute, type Reversal, reverse } from './execute.ts';
import type { Values } from './model.ts';
import type { RecordingTx } from './tx.ts';

/** All that one change is to do. */
export type Work =
	| { readonly kind: 'ops'; readonly ops: readonly Op[] }
	| { readonly kind: 'undo'; readonly of: string; readonly reversals: readonly Reversal[] }
	| { readonly kind: 'attach'; readonly values: Values };

/** Does all of it, or throws at the first thing that is wrong. */
export function run(work: Work, tx: RecordingTx): void {
	switch (work.kind) {
		case 'ops': {
			const created: Created = new Map();
			for (const [index, op] of work.ops.entries()) execute(op, index, created, tx);
			return;
		}
		case 'undo':
			reverse(work.reversals, tx);
			return;
		case 'attach':
			tx.create('attachment', work.values);
	}
}

const expected: ReadonlySet<Fault['kind']> = new Set([
	'invalid_input',
	'not_found',
	'conflict',
	'denied',
	'unsupported',
]);

/** Tries every operation and gathers what is wrong with each, so that a preview names all of it at once. */
export function tryOut(
	ops: readonly Op[],
	tx: RecordingTx,
	translate: (error: unknown) => unknown,
): readonly OpError[] {
	const errors: OpError[] = [];
	const created: Created = new Map();
	for (const [index, op] of ops.entries()) {
		try {
			execute(op, index, created, tx);
		} catch (error) {
			const fault = asFault(translate(error));
			if (!expected.has(fault.kind)) throw error;
			errors.push({
				op: index,
				kind: fault.kind,
				message: fault.hint === undefined ? fault.message : `${fault.message} ${fault.hint}`,
			});
		}
	}
	return errors;
}

/** Fixes the version that an action was previewed on, as updates and deletions name theirs. */
export function withVersions(ops: readonly Op[], tx: RecordingTx): readonly Op[] {
	return ops.map((op) => {
		if (op.op !== 'action' || op.version !== undefined) return op;
		const touched = tx.touched().find(({ entity, id }) => op.ref === `crm:${entity.name}:${id}`);
		return touched?.before === undefined ? op : { ...op, version: String(touched.before.version) };
	});
}
