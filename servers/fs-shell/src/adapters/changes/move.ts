import { treeRefusal } from '../../territory.ts';
import type { UndoStep } from '../../undo-steps.ts';
import { onPath } from '../errno.ts';
import type { Place, Scope } from '../places.ts';
import { syncFolder } from '../staging.ts';
import { makeRoom } from './room.ts';
import { type ChangeTools, moveName, mustBeThere, record } from './tools.ts';

export interface TransferRequest {
	readonly from: string;
	readonly to: string;
	readonly overwrite: boolean;
}

export interface TransferReceipt {
	readonly from: string;
	readonly to: string;
	readonly undoId: string;
	readonly overwrote: boolean;
}

/** Moves a file, a folder or a link itself. */
export async function move(tools: ChangeTools, request: TransferRequest, scope: Scope): Promise<TransferReceipt> {
	using from = await tools.places.pin(request.from, 'write', scope, { follow: false });
	using to = await tools.places.pin(request.to, 'write', scope, { follow: false, mayBeMissing: true });
	const refusal = treeRefusal(from.path, 'away', from.territory, from.shown);
	if (refusal !== undefined) throw refusal;
	const { overwrite } = request;
	return await onPath(from.shown, () =>
		tools.locks.hold([from.path, to.path], () => moveHeld(tools, from, to, overwrite, scope)),
	);
}

async function moveHeld(
	tools: ChangeTools,
	from: Place,
	to: Place,
	overwrite: boolean,
	scope: Scope,
): Promise<TransferReceipt> {
	const journal = tools.journal();
	const moved = mustBeThere(from);
	const id = journal.newId();
	const { kept, bytes } = await makeRoom(tools, moved, { from, to, overwrite, id });
	const back: UndoStep = { do: 'rename', path: to.path, to: from.path, now: identityOf(moved) };
	const steps: UndoStep[] = kept === undefined ? [back] : [back, { do: 'put_back', path: to.path, kept }];
	await record(journal, scope, { id, skill: 'fs_move', steps, bytes }, () =>
		moveName(from, to, journal.stages, scope.signal),
	);
	await syncFolder(to.folder);
	await syncFolder(from.folder);
	return { from: from.path, to: to.path, undoId: id, overwrote: kept !== undefined };
}

/** What a moved thing keeps, also when it was moved by copying and whatever is written into it. */
function identityOf({ mode }: { readonly mode: bigint }): string {
	return `type:${mode & 0o170000n}`;
}
