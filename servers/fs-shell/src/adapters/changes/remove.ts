import { type BigIntStats, lstatSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Fault } from '@switchboard/kit';
import { isInside, treeRefusal } from '../../territory.ts';
import type { UndoStep } from '../../undo-steps.ts';
import { codeOf, onPath } from '../errno.ts';
import type { Place, Scope } from '../places.ts';
import { type EntryKind, kindOf } from '../regular-file.ts';
import { syncFolder } from '../staging.ts';
import { copyTree, measureTree, removeTree, type TreeMeasure, wayTo } from '../tree.ts';
import type { UndoJournal } from '../undo-journal.ts';
import { type ChangeTools, changedMeanwhile, mustBeThere, record, refuseTooMuch, roomFor, vanish } from './tools.ts';

export interface Removal {
	readonly path: string;
	readonly kind: EntryKind;
	readonly entries: number;
	readonly bytes: number;
	readonly signature: string;
}

export interface RemoveReceipt {
	readonly removed: readonly string[];
	readonly undoId?: string;
}

interface Doomed {
	readonly place: Place;
	readonly stats: BigIntStats;
	readonly measure: TreeMeasure;
}

/** What removing these paths would take away. */
export async function describeRemoval(
	tools: ChangeTools,
	paths: readonly string[],
	scope: Scope,
): Promise<readonly Removal[]> {
	using pinned = await tools.places.pinAll(paths, 'write', scope, { follow: false });
	const doomed = await doom(pinned.places, scope.signal);
	return doomed.map(({ place, stats, measure }) => ({ path: place.path, kind: kindOf(stats), ...measure }));
}

/** Removes files, folders and links themselves: to the trash, or for good. */
export async function remove(
	tools: ChangeTools,
	paths: readonly string[],
	forever: boolean,
	scope: Scope,
): Promise<RemoveReceipt> {
	using pinned = await tools.places.pinAll(paths, 'write', scope, { follow: false });
	const doomed = await doom(pinned.places, scope.signal);
	const removed = doomed.map(({ place }) => place.path);
	return await tools.locks.hold(removed, async () => {
		const undoId = forever ? undefined : await toTrash(tools, doomed, scope);
		if (forever) await destroy(tools.journal(), doomed);
		for (const { place } of doomed) await syncFolder(place.folder);
		return { removed, ...(undoId !== undefined && { undoId }) };
	});
}

async function doom(places: readonly Place[], signal: AbortSignal): Promise<readonly Doomed[]> {
	const doomed: Doomed[] = [];
	for (const place of places) {
		const refusal = treeRefusal(place.path, 'away', place.territory, place.shown);
		if (refusal !== undefined) throw refusal;
		const stats = mustBeThere(place);
		const measure = await onPath(place.shown, () => measureTree(wayTo(place.at), signal));
		doomed.push({ place, stats, measure });
	}
	// What is in a folder that goes anyway needs no mention of its own.
	return doomed.filter(
		({ place: { path } }, index) =>
			!doomed.some(
				({ place }, other) => other !== index && isInside(path, place.path) && (path !== place.path || other < index),
			),
	);
}

async function toTrash(tools: ChangeTools, doomed: readonly Doomed[], scope: Scope): Promise<string> {
	const journal = tools.journal();
	const bytes = doomed.reduce((sum, { measure }) => sum + measure.bytes, 0);
	refuseTooMuch(bytes, journal, 'What is to be removed');
	const id = journal.newId();
	await roomFor(journal, id);
	const steps = doomed.map(({ place }, index): UndoStep => ({ do: 'put_back', path: place.path, kept: String(index) }));
	const gone: Gone[] = [];
	const about = { id, skill: 'fs_remove', steps, bytes, isUntouched: () => gone.length === 0 };
	await record(journal, scope, about, async () => {
		try {
			for (const [index, { place, measure }] of doomed.entries()) {
				const kept = await roomFor(journal, id, index);
				await onPath(place.shown, () => takeAway(place, measure, kept, journal, scope.signal));
				gone.push({ place, kept });
			}
		} catch (error) {
			await putAllBack(gone, id);
			throw error;
		}
	});
	return id;
}

interface Gone {
	readonly place: Place;
	readonly kept: string;
}

/** All or none: what is in the trash already goes back; what cannot stays there, and its change on record. */
async function putAllBack(gone: Gone[], id: string): Promise<void> {
	for (let last = gone.at(-1); last !== undefined; last = gone.at(-1)) {
		try {
			await bringBack(last.kept, last.place.at, new AbortController().signal);
		} catch (cause) {
			throw new Fault('unknown_outcome', 'Not everything could be removed, and not everything could be put back.', {
				hint: `fs_undo with undoId ${id} brings back the rest once its places are free.`,
				cause,
			});
		}
		gone.pop();
	}
}

async function takeAway(
	place: Place,
	measure: TreeMeasure,
	kept: string,
	{ stages }: UndoJournal,
	signal: AbortSignal,
): Promise<void> {
	try {
		return await rename(place.at, kept);
	} catch (error) {
		if (codeOf(error) !== 'EXDEV') throw error;
	}
	try {
		await copyTree(wayTo(place.at), wayTo(kept), signal);
		if ((await measureTree(wayTo(place.at), signal)).signature !== measure.signature)
			throw changedMeanwhile(place.shown);
		await vanish(place, stages);
	} catch (error) {
		await removeTree(wayTo(kept)).catch(() => {});
		throw error;
	}
}

/** Moves what was kept to where it was; the place must be free. */
export async function bringBack(kept: string, at: string, signal: AbortSignal): Promise<void> {
	if (lstatSync(at, { throwIfNoEntry: false }) !== undefined)
		throw Object.assign(new Error('taken'), { code: 'EEXIST' });
	try {
		return await rename(kept, at);
	} catch (error) {
		if (codeOf(error) !== 'EXDEV') throw error;
	}
	await copyTree(wayTo(kept), wayTo(at), signal);
	await removeTree(wayTo(kept));
}

/** Takes each name away in one step, so that what is being removed is never seen half removed. */
async function destroy({ stages }: UndoJournal, doomed: readonly Doomed[]): Promise<void> {
	for (const { place, stats } of doomed) {
		const now = lstatSync(place.at, { bigint: true, throwIfNoEntry: false });
		if (now?.ino !== stats.ino) throw changedMeanwhile(place.shown);
		await onPath(place.shown, () => vanish(place, stages));
	}
}
