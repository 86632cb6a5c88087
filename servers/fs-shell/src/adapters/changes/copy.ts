import { lstatSync } from 'node:fs';
import { treeRefusal } from '../../territory.ts';
import type { UndoStep } from '../../undo-steps.ts';
import { onPath } from '../errno.ts';
import type { Place, Scope } from '../places.ts';
import { syncFolder } from '../staging.ts';
import { measureTree, wayTo } from '../tree.ts';
import type { TransferReceipt, TransferRequest } from './move.ts';
import { makeRoom } from './room.ts';
import { type ChangeTools, changedMeanwhile, mustBeThere, record, stageCopy } from './tools.ts';

/** Copies a file or a folder with all it holds. */
export async function copy(tools: ChangeTools, request: TransferRequest, scope: Scope): Promise<TransferReceipt> {
	using from = await tools.places.pin(request.from, 'read', scope);
	using to = await tools.places.pin(request.to, 'write', scope, { follow: false, mayBeMissing: true });
	const refusal = treeRefusal(from.path, 'copy', from.territory, from.shown);
	if (refusal !== undefined) throw refusal;
	const { overwrite } = request;
	return await onPath(from.shown, () => tools.locks.hold([to.path], () => copyHeld(tools, from, to, overwrite, scope)));
}

async function copyHeld(
	tools: ChangeTools,
	from: Place,
	to: Place,
	overwrite: boolean,
	scope: Scope,
): Promise<TransferReceipt> {
	const journal = tools.journal();
	const id = journal.newId();
	const { kept, bytes } = await makeRoom(tools, mustBeThere(from), { from, to, overwrite, id });
	const staged = await stageCopy(from, to, journal.stages, scope.signal);
	try {
		// A link at its place now was put there after it had been followed.
		if (lstatSync(staged.at).isSymbolicLink()) throw changedMeanwhile(from.shown);
		const { signature: now } = await measureTree(wayTo(staged.at), scope.signal);
		const step: UndoStep =
			kept === undefined ? { do: 'discard', path: to.path, now } : { do: 'restore', path: to.path, kept, now };
		await record(journal, scope, { id, skill: 'fs_copy', steps: [step], bytes }, () => staged.commit());
	} catch (error) {
		await staged.discard();
		throw error;
	}
	await syncFolder(to.folder);
	return { from: from.path, to: to.path, undoId: id, overwrote: kept !== undefined };
}
