import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '@switchboard/kit';
import type { Op, Planned, Preview, Receipt } from '../../change.ts';
import type { By } from '../../connector.ts';
import { connectionId, effectOf } from '../../crm/execute.ts';
import type { Work } from '../../crm/run.ts';
import { changeRef, newId } from '../../refs.ts';
import { createLedger, type Entry } from './ledger.ts';
import { transaction } from './open.ts';
import { createRunner, hasMoved } from './runner.ts';
import { createTables, type Prepare } from './tables.ts';

/** How long a preview may wait for its yes, a night included. */
const lifetimeMs = 24 * 60 * 60_000;

export interface Changes {
	preview(ops: readonly Op[], by: By): Preview;
	planned(id: string, by: By): Planned;
	apply(id: string, hash: string, by: By): Receipt;
	planUndo(id: string, by: By): Planned;
	undo(id: string, hash: string, by: By): Receipt;
	/** Does a change that needs no preview, recorded like any other. */
	now(work: Work, by: By): Receipt;
}

/** Every write to the CRM goes through here: worked out in a transaction that is rolled back, then done in one that is kept. */
export function createChanges(db: DatabaseSync, prepare: Prepare, currency: string): Changes {
	const ledger = createLedger(prepare);
	const runner = createRunner(db, createTables(prepare), ledger, currency);

	function undoOf(id: string, by: By): Work {
		const entry = ledger.find(id, by.principal);
		if (entry?.receipt === undefined)
			throw new Fault('not_found', 'No applied change has this id.', { hint: 'biz_history lists changes.' });
		if (!entry.planned.reversible)
			throw new Fault('unsupported', 'This change cannot be taken back: it deleted, posted or sent something.');
		const undone = ledger.undoneBy(id);
		if (undone === undefined) return { kind: 'undo', of: id, reversals: ledger.reversals(id) };
		const hint = `To have it again, undo ${changeRef(connectionId, undone)}.`;
		throw new Fault('conflict', 'This change has been taken back already.', { hint });
	}

	/** Work that is its own preview: planned and carried out in one go, so that it too can be taken back. */
	function doNow(work: Work, by: By, expected?: string): Receipt {
		const now = new Date().toISOString();
		const id = newId();
		const outcome = runner.outcome(id, work, by, now);
		if (expected !== undefined && outcome.hash !== expected) throw hasMoved();
		const planned = reversibleWrite(changeRef(connectionId, id), outcome, now);
		const entry: Entry = { id, principal: by.principal, work, hash: outcome.hash, planned, now, expiresAt: now };
		return transaction(db, 'commit', () => {
			ledger.add(entry);
			return runner.carryOut(entry, by);
		});
	}

	return {
		preview(ops, by) {
			const at = new Date();
			const now = at.toISOString();
			const id = newId();
			const draft = runner.draft(id, ops, by, now);
			if ('errors' in draft) return draft;
			const { work, ...outcome } = draft;
			const expiresAt = new Date(at.getTime() + lifetimeMs).toISOString();
			const planned: Planned = { changeId: changeRef(connectionId, id), ...outcome, ...effectOf(ops), expiresAt };
			transaction(db, 'commit', () => {
				ledger.prune(now);
				ledger.add({ id, principal: by.principal, work, hash: outcome.hash, planned, now, expiresAt });
			});
			return { planned };
		},
		planned(id, by) {
			const entry = live(ledger.find(id, by.principal));
			if (entry.receipt === undefined && runner.outcome(entry.id, entry.work, by, entry.now).hash !== entry.hash)
				throw hasMoved();
			return entry.planned;
		},
		apply(id, hash, by) {
			return transaction(db, 'commit', (): Receipt => {
				const entry = live(ledger.find(id, by.principal));
				if (entry.hash !== hash) {
					throw new Fault('conflict', 'This hash is not that of the change.', {
						hint: 'Pass changeId and hash as biz_preview returned them.',
					});
				}
				return entry.receipt === undefined ? runner.carryOut(entry, by) : { ...entry.receipt, status: 'duplicate' };
			});
		},
		planUndo(id, by) {
			const now = new Date().toISOString();
			return reversibleWrite(changeRef(connectionId, id), runner.outcome(id, undoOf(id, by), by, now), now);
		},
		undo: (id, hash, by) => doNow(undoOf(id, by), by, hash),
		now: (work, by) => doNow(work, by),
	};
}

function reversibleWrite(
	changeId: string,
	outcome: Pick<Planned, 'diff' | 'hash' | 'targets'>,
	expiresAt: string,
): Planned {
	return { changeId, ...outcome, effect: 'write', reversible: true, expiresAt };
}

function live(entry: Entry | undefined): Entry {
	if (entry === undefined)
		throw new Fault('not_found', 'No change has this id.', {
			hint: 'biz_preview returns one; it expires after a day.',
		});
	if (entry.receipt === undefined && entry.expiresAt < new Date().toISOString()) {
		throw new Fault('conflict', 'This preview has expired.', { hint: 'Preview the change anew.' });
	}
	return entry;
}
