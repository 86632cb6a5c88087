import { closeSync, constants, lstatSync } from 'node:fs';
import { open, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { Change, UndoStep } from '../../undo-steps.ts';
import { visible } from '../../visible.ts';
import { codeOf, onPath } from '../errno.ts';
import { openForLooking, wayOf } from '../held-folder.ts';
import type { Place, Scope } from '../places.ts';
import { newStagedName, syncFolder } from '../staging.ts';
import { copyTree, measureTree, removeTree, wayTo } from '../tree.ts';
import type { UndoJournal } from '../undo-journal.ts';
import { bringBack } from './remove.ts';
import type { ChangeTools } from './tools.ts';

export interface UndoReceipt {
	readonly undoId: string;
	readonly skill: string;
	readonly restored: readonly string[];
}

/** The change of this id, or the newest of this Session; only what this Principal did. */
export function findChange(journal: UndoJournal, undoId: string | undefined, scope: Scope): Change {
	const { principal, session } = scope;
	const change = undoId === undefined ? journal.newest(principal, session) : journal.get(undoId);
	if (change !== undefined && change.principal === principal) return change;
	throw new Fault(
		'not_found',
		undoId === undefined ? 'This session has changed nothing yet.' : 'There is no such change to undo.',
		{
			hint: 'An undoId comes with the change, works once, and is kept for a limited time.',
		},
	);
}

/** Takes a change back: first every step is checked, then every step is done. */
export async function undo(tools: ChangeTools, undoId: string | undefined, scope: Scope): Promise<UndoReceipt> {
	const journal = tools.journal();
	const { id, skill, steps } = findChange(journal, undoId, scope);
	const paths = steps.map(({ path }) => path);
	using places = await tools.places.pinAll(paths, 'write', scope, { follow: false, mayBeMissing: true });
	const pinned = steps.map((step, index) => [step, sameAs(step, places.places[index])] as const);
	await tools.locks.hold(paths, async () => {
		for (const [step, place] of pinned) await onPath(place.shown, () => check(step, place, journal, id, scope.signal));
		for (const [step, place] of pinned) {
			await onPath(place.shown, () => takeBack(tools, step, place, id, scope));
			await syncFolder(place.folder).catch(() => {});
		}
	});
	await journal.drop(id);
	return { undoId: id, skill, restored: steps.map((step) => (step.do === 'rename' ? step.to : step.path)) };
}

/** A step's place, which must be where it was. */
function sameAs({ path }: UndoStep, place: Place | undefined): Place {
	if (place?.path === path) return place;
	throw new Fault('conflict', `${visible(path)} now leads elsewhere.`, { hint: 'Put it right by hand.' });
}

async function check(
	step: UndoStep,
	place: Place,
	journal: UndoJournal,
	id: string,
	signal: AbortSignal,
): Promise<void> {
	const stats = lstatSync(place.at, { bigint: true, throwIfNoEntry: false });
	switch (step.do) {
		case 'restore':
		case 'discard': {
			const now = stats === undefined ? undefined : (await measureTree(wayTo(place.at), signal)).signature;
			if (now !== step.now) throw changedSince(place);
			return;
		}
		case 'truncate':
			if (`${stats?.ino}:${stats?.size}` !== step.now) throw changedSince(place);
			return;
		case 'rename':
			if (stats === undefined || `type:${stats.mode & 0o170000n}` !== step.now) throw changedSince(place);
			return;
		case 'put_back':
			if (lstatSync(join(journal.folderOf(id), step.kept), { throwIfNoEntry: false }) === undefined) {
				throw new Fault('not_found', `What was kept of ${place.shown} is gone.`);
			}
			return;
		case 'unmake':
			return;
	}
}

async function takeBack(tools: ChangeTools, step: UndoStep, place: Place, id: string, scope: Scope): Promise<void> {
	const kept = 'kept' in step ? join(tools.journal().folderOf(id), step.kept) : '';
	switch (step.do) {
		case 'restore':
			return putOver(kept, place, scope.signal);
		case 'discard':
			return removeTree(wayTo(place.at));
		case 'truncate':
			return truncate(place, step.size);
		case 'rename': {
			using back = await tools.places.pin(step.to, 'write', scope, { follow: false, mayBeMissing: true });
			return await bringBack(place.at, back.at, scope.signal);
		}
		case 'put_back':
			return bringBack(kept, place.at, scope.signal);
		case 'unmake':
			// A folder that something was put into meanwhile stays.
			return rmdir(place.at).catch((error: unknown) => {
				if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
			});
	}
}

/** Puts what was kept in the place of what is there, in one step. */
async function putOver(kept: string, place: Place, signal: AbortSignal): Promise<void> {
	try {
		return await rename(kept, place.at);
	} catch (error) {
		if (codeOf(error) !== 'EXDEV') throw error;
	}
	const staged = place.folder.to(newStagedName());
	await copyTree(wayTo(kept), wayTo(staged), signal);
	await rename(staged, place.at);
}

async function truncate(place: Place, size: number): Promise<void> {
	const { descriptor, stats } = openForLooking(place.at);
	try {
		if (!stats.isFile()) throw changedSince(place);
		await using handle = await open(wayOf(descriptor, place.at), constants.O_WRONLY);
		await handle.truncate(size);
		await handle.sync();
	} finally {
		closeSync(descriptor);
	}
}

function changedSince(place: Place): Fault {
	return new Fault('conflict', `${place.shown} was changed since, so undoing would lose that.`, {
		hint: 'Undo the later change first, or put it right by hand.',
	});
}
