import type { Change } from '../../undo-steps.ts';
import { createLocks } from '../locks.ts';
import type { Places, Scope } from '../places.ts';
import { discardLeftovers } from '../staging.ts';
import { createUndoJournal, type UndoJournal, type UndoLimits } from '../undo-journal.ts';
import { copy } from './copy.ts';
import { type EditReceipt, type EditRequest, editFile } from './edit.ts';
import { type FolderReceipt, makeFolder } from './make-folder.ts';
import { move, type TransferReceipt, type TransferRequest } from './move.ts';
import { describeRemoval, type Removal, type RemoveReceipt, remove } from './remove.ts';
import type { ChangeTools } from './tools.ts';
import { findChange, type UndoReceipt, undo } from './undo.ts';
import { type WriteReceipt, type WriteRequest, writeFile } from './write.ts';

/** Everything that changes files, each change recorded before it is made so that it can be taken back. */
export interface Changes {
	write(request: WriteRequest, scope: Scope): Promise<WriteReceipt>;
	edit(request: EditRequest, scope: Scope): Promise<EditReceipt>;
	move(request: TransferRequest, scope: Scope): Promise<TransferReceipt>;
	copy(request: TransferRequest, scope: Scope): Promise<TransferReceipt>;
	makeFolder(path: string, scope: Scope): Promise<FolderReceipt>;
	describeRemoval(paths: readonly string[], scope: Scope): Promise<readonly Removal[]>;
	remove(paths: readonly string[], forever: boolean, scope: Scope): Promise<RemoveReceipt>;
	/** The change that an undo would take back. */
	find(undoId: string | undefined, scope: Scope): Change;
	undo(undoId: string | undefined, scope: Scope): Promise<UndoReceipt>;
	close(): void;
}

export function createChanges(places: Places, stateFolder: string, limits: UndoLimits): Changes {
	let opened: UndoJournal | undefined;
	const journal = (): UndoJournal => {
		if (opened !== undefined) return opened;
		opened = createUndoJournal(stateFolder, limits);
		// Neither is waited for: what a crash left, and what is too old, is nobody's hurry.
		void discardLeftovers(opened.stages);
		void opened.sweep().catch(() => {});
		return opened;
	};
	const tools: ChangeTools = { places, locks: createLocks(), journal };
	return {
		write: (request, scope) => writeFile(tools, request, scope),
		edit: (request, scope) => editFile(tools, request, scope),
		move: (request, scope) => move(tools, request, scope),
		copy: (request, scope) => copy(tools, request, scope),
		makeFolder: (path, scope) => makeFolder(tools, path, scope),
		describeRemoval: (paths, scope) => describeRemoval(tools, paths, scope),
		remove: (paths, forever, scope) => remove(tools, paths, forever, scope),
		find: (undoId, scope) => findChange(journal(), undoId, scope),
		undo: (undoId, scope) => undo(tools, undoId, scope),
		close() {
			opened?.close();
			opened = undefined;
		},
	};
}
