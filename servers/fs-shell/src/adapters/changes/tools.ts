import { type BigIntStats, lstatSync } from 'node:fs';
import { copyFile, link, mkdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { UndoStep } from '../../undo-steps.ts';
import { codeOf } from '../errno.ts';
import { wayOf } from '../held-folder.ts';
import type { Locks } from '../locks.ts';
import type { Place, Places, Scope } from '../places.ts';
import { openRegular, signatureOf } from '../regular-file.ts';
import { newStagedName, type StageLog } from '../staging.ts';
import { copyTree, measureTree, removeTree, wayTo } from '../tree.ts';
import type { UndoJournal } from '../undo-journal.ts';

/** What every change is made with. */
export interface ChangeTools {
	readonly places: Places;
	readonly locks: Locks;
	/** Opened with the first change. */
	journal(): UndoJournal;
}

/** What is at a place, itself and not what it links to; undefined where nothing is. */
export function statsOf({ at }: Pick<Place, 'at'>): BigIntStats | undefined {
	return lstatSync(at, { bigint: true, throwIfNoEntry: false });
}

/** A place that has to hold something other than a root. */
export function mustBeThere(place: Place): BigIntStats {
	const stats = statsOf(place);
	if (stats === undefined)
		throw new Fault('not_found', `${place.shown} is not there.`, { hint: 'fs_list shows what is.' });
	return stats;
}

export function changedMeanwhile(shown: string): Fault {
	return new Fault('conflict', `${shown} changed meanwhile.`, { hint: 'Read it again, then decide again.' });
}

export interface Recorded {
	readonly id: string;
	readonly skill: string;
	readonly steps: readonly UndoStep[];
	/** What is kept for taking it back. */
	readonly bytes?: number;
	/** Whether a change that failed is as if it had never been tried. */
	readonly isUntouched?: () => boolean;
}

/** Records a change, makes it, and forgets it again where it was not made. */
export async function record<T>(
	journal: UndoJournal,
	scope: Scope,
	about: Recorded,
	act: () => Promise<T>,
): Promise<T> {
	const { id, skill, steps, bytes = 0, isUntouched = () => true } = about;
	const { principal, session } = scope;
	journal.add({ id, principal, session, skill, steps: [...steps] }, bytes);
	try {
		return await act();
	} catch (error) {
		if (isUntouched()) await journal.drop(id);
		throw error;
	} finally {
		void journal.sweepWhenDue();
	}
}

/** Keeps the file at a place as it is; a link costs nothing, a copy is for another file system. */
export async function keepFile(place: Place, stats: BigIntStats, journal: UndoJournal, id: string): Promise<string> {
	refuseTooMuch(Number(stats.size), journal, place.shown);
	const kept = await roomFor(journal, id);
	try {
		await link(place.at, kept);
	} catch (error) {
		if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES'].includes(codeOf(error) ?? '')) throw error;
		await using file = await openRegular(place);
		if (signatureOf(file.stats) !== signatureOf(stats)) throw changedMeanwhile(place.shown);
		await copyFile(wayOf(file.handle.fd, place.at), kept);
		return '0';
	}
	const same = signatureOf(lstatSync(kept, { bigint: true })) === signatureOf(stats);
	if (same) return '0';
	await unlink(kept);
	throw changedMeanwhile(place.shown);
}

/** Where a change keeps its `index`th thing. */
export async function roomFor(journal: UndoJournal, id: string, index = 0): Promise<string> {
	await mkdir(journal.folderOf(id), { recursive: true, mode: 0o700 });
	return join(journal.folderOf(id), String(index));
}

export function refuseTooMuch(bytes: number, { limits }: UndoJournal, shown: string): void {
	if (bytes <= limits.bytes) return;
	throw new Fault(
		'too_large',
		`${shown} has ${bytes} bytes, more than the ${limits.bytes} that are kept for undoing.`,
		{
			hint: 'The owner can raise undoMegabytes; fs_remove with forever keeps nothing.',
		},
	);
}

/** A copy beside where it will appear, so that it appears whole. */
export interface StagedCopy {
	readonly at: string;
	commit(): Promise<void>;
	discard(): Promise<void>;
}

export async function stageCopy(
	from: Pick<Place, 'at'>,
	to: Place,
	log: StageLog,
	signal: AbortSignal,
): Promise<StagedCopy> {
	const name = newStagedName();
	const path = `${to.folder.path}/${name}`;
	const at = to.folder.to(name);
	log.begin(path);
	const discard = async (): Promise<void> => {
		await removeTree(wayTo(at)).catch(() => {});
		log.end(path);
	};
	try {
		await copyTree(wayTo(from.at), wayTo(at), signal);
	} catch (error) {
		await discard();
		throw error;
	}
	return {
		at,
		discard,
		async commit() {
			await rename(at, to.at);
			log.end(path);
		},
	};
}

/** Moves a name; between file systems by a copy that appears whole. */
export async function moveName(from: Place, to: Place, log: StageLog, signal: AbortSignal): Promise<void> {
	try {
		return await rename(from.at, to.at);
	} catch (error) {
		if (codeOf(error) !== 'EXDEV') throw error;
	}
	const before = await measureTree(wayTo(from.at), signal);
	const copy = await stageCopy(from, to, log, signal);
	try {
		if ((await measureTree(wayTo(from.at), signal)).signature !== before.signature) throw changedMeanwhile(from.shown);
		await copy.commit();
	} catch (error) {
		await copy.discard();
		throw error;
	}
	await vanish(from, log);
}

/** Takes a name away in one step; what cannot be cleared away behind it now is cleared at the next start. */
export async function vanish(place: Place, log: StageLog): Promise<void> {
	const name = newStagedName();
	const path = `${place.folder.path}/${name}`;
	log.begin(path);
	await rename(place.at, place.folder.to(name));
	await removeTree(wayTo(place.folder.to(name))).then(
		() => log.end(path),
		() => {},
	);
}
