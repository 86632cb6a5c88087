import { closeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { UndoStep } from '../../undo-steps.ts';
import { onPath } from '../errno.ts';
import { openForLooking, wayOf } from '../held-folder.ts';
import type { Scope } from '../places.ts';
import { type ChangeTools, mustBeThere, record } from './tools.ts';

export interface FolderReceipt {
	readonly path: string;
	/** The folders that were made, outermost first; none where it was there. */
	readonly made: readonly string[];
	readonly undoId?: string;
}

/** Makes a folder with the folders it is to be in, one after another, each in the one that is held. */
export async function makeFolder(tools: ChangeTools, path: string, scope: Scope): Promise<FolderReceipt> {
	using place = await tools.places.pinNearest(path, scope);
	return await onPath(place.shown, async () => {
		const { isRoot, missing } = place;
		if (!isRoot && !mustBeThere(place).isDirectory())
			throw new Fault('conflict', `${place.shown} is, or goes through, a file.`);
		if (missing.length === 0) return { path: place.path, made: [] };
		const journal = tools.journal();
		const made = missing.map((_, index) => join(place.path, ...missing.slice(0, index + 1)));
		const steps: UndoStep[] = made.toReversed().map((folder) => ({ do: 'unmake', path: folder }));
		const id = journal.newId();
		await record(journal, scope, { id, skill: 'fs_mkdir', steps }, () => makeEach(place.at, missing));
		return { path: made.at(-1) ?? place.path, made, undoId: id };
	});
}

async function makeEach(at: string, names: readonly string[]): Promise<void> {
	const [name, ...rest] = names;
	if (name === undefined) return;
	const { descriptor, stats } = openForLooking(at);
	try {
		if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
		const inner = `${wayOf(descriptor, at)}/${name}`;
		await mkdir(inner);
		await makeEach(inner, rest);
	} finally {
		closeSync(descriptor);
	}
}
