import type { DatabaseSync } from 'node:sqlite';
import { Fault, type Target } from '@switchboard/kit';
import type { Difference, Op, OpError, Receipt } from '../../change.ts';
import type { By } from '../../connector.ts';
import { differencesOf, hashOf, presented, targetsOf } from '../../crm/difference.ts';
import { entityNamed } from '../../crm/entities.ts';
import { connectionId } from '../../crm/execute.ts';
import { run, tryOut, type Work, withVersions } from '../../crm/run.ts';
import { createTx, type RecordingTx, type Tables, type Touched } from '../../crm/tx.ts';
import { changeRef } from '../../refs.ts';
import type { Entry, Ledger } from './ledger.ts';
import { transaction, translated } from './open.ts';

export interface Outcome {
	readonly diff: readonly Difference[];
	readonly hash: string;
	readonly targets: readonly Target[];
}

export type Draft = (Outcome & { readonly work: Work }) | { readonly errors: readonly OpError[] };

/** Runs changes inside transactions: on trial, with nothing left behind, or for good and written down. */
export interface Runner {
	/** Works operations out and fixes what apply must repeat. */
	draft(change: string, ops: readonly Op[], by: By, now: string): Draft;
	/** What the work would do now. */
	outcome(change: string, work: Work, by: By, now: string): Outcome;
	/** Inside a transaction: does the work, if it is still what was hashed, and records that and how it was done. */
	carryOut(entry: Entry, by: By): Receipt;
}

export function createRunner(db: DatabaseSync, tables: Tables, ledger: Ledger, currency: string): Runner {
	const txFor = (change: string, by: By, now: string) => createTx(tables, { change, by, now, currency });

	function nameOf(name: string, id: string): string | undefined {
		const entity = entityNamed(name);
		const label = tables.read(entity, id)?.values[entity.label];
		return typeof label === 'string' ? label : undefined;
	}

	function outcomeOf(tx: RecordingTx): Outcome {
		const touched = tx.touched();
		const diff = differencesOf(touched, nameOf);
		return { diff, hash: hashOf(diff, touched), targets: targetsOf(touched) };
	}

	return {
		draft(change, ops, by, now) {
			return transaction(db, 'rollback', (): Draft => {
				const tx = txFor(change, by, now);
				const errors = tryOut(ops, tx, translated);
				if (errors.length > 0) return { errors };
				return { work: { kind: 'ops', ops: withVersions(ops, tx) }, ...outcomeOf(tx) };
			});
		},
		outcome(change, work, by, now) {
			return transaction(db, 'rollback', () => {
				const tx = txFor(change, by, now);
				run(work, tx);
				return outcomeOf(tx);
			});
		},
		carryOut(entry, by) {
			const tx = txFor(entry.id, by, entry.now);
			run(entry.work, tx);
			const { diff, hash } = outcomeOf(tx);
			if (hash !== entry.hash) throw hasMoved();
			const receipt = receiptOf(entry, diff, tx.touched());
			for (const touched of tx.touched()) ledger.remember(rowOf(entry, touched, by, receipt.at));
			ledger.settle(entry.id, receipt);
			return receipt;
		},
	};
}

export function hasMoved(): Fault {
	return new Fault(
		'conflict',
		'Records have moved since, so this change would now do something else than was previewed.',
		{
			hint: 'Preview it anew.',
		},
	);
}

function receiptOf({ id, planned }: Entry, diff: readonly Difference[], touched: readonly Touched[]): Receipt {
	return {
		changeId: changeRef(connectionId, id),
		status: 'applied',
		at: new Date().toISOString(),
		reversible: planned.reversible,
		outcomes: diff.map(({ op, change, ref, title }, index) => {
			const version = touched[index]?.after?.version;
			return { op, status: 'applied', change, ref, title, ...(version !== undefined && { version: String(version) }) };
		}),
	};
}

function rowOf({ id: change, work }: Entry, { entity, id, op, currency, before, after }: Touched, by: By, at: string) {
	return {
		change,
		by,
		at,
		entity: entity.name,
		id,
		what: whatOf(work, op),
		before: before && { version: before.version, values: presented(entity, before, currency) },
		after: after && { version: after.version, values: presented(entity, after, currency) },
	};
}

function whatOf(work: Work, op: number): string {
	if (work.kind !== 'ops') return work.kind;
	const planned = work.ops[op];
	return planned?.op === 'action' ? planned.action : (planned?.op ?? 'change');
}
