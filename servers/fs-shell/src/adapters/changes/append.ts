import { closeSync, constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { openForLooking, wayOf } from '../held-folder.ts';
import type { Place, Scope } from '../places.ts';
import { type RegularFile, signatureOf } from '../regular-file.ts';
import type { WriteContent } from '../staging.ts';
import { bytesOf, type Content, mannerLike } from './content.ts';
import { type ChangeTools, changedMeanwhile, record } from './tools.ts';
import type { WriteReceipt } from './write.ts';

/** Adds to the file itself: a log of gigabytes is not copied for one line. */
export async function append(
	tools: ChangeTools,
	place: Place,
	file: RegularFile,
	content: Content,
	scope: Scope,
): Promise<WriteReceipt> {
	const journal = tools.journal();
	const before = Number(file.stats.size);
	const added = bytesOf(content, await mannerLike(file, scope.signal));
	const size = before + ('file' in content ? (await stat(content.file)).size : await lengthOf(added));
	const id = journal.newId();
	const steps = [{ do: 'truncate' as const, path: place.path, size: before, now: `${file.stats.ino}:${size}` }];
	await record(journal, scope, { id, skill: 'fs_write', steps }, () => addTo(place, file, added));
	return { path: place.path, undoId: id, created: false, size };
}

async function addTo(place: Place, file: RegularFile, content: WriteContent): Promise<void> {
	const { descriptor, stats } = openForLooking(place.at);
	try {
		if (signatureOf(stats) !== signatureOf(file.stats)) throw changedMeanwhile(place.shown);
		await using handle = await open(wayOf(descriptor, place.at), constants.O_WRONLY | constants.O_APPEND);
		try {
			await content((bytes) => handle.writeFile(bytes));
			await handle.sync();
		} catch (error) {
			// Half of it would be neither the old file nor the new one.
			await handle.truncate(Number(file.stats.size)).catch(() => {});
			throw error;
		}
	} finally {
		closeSync(descriptor);
	}
}

async function lengthOf(content: WriteContent): Promise<number> {
	let length = 0;
	await content(async (bytes) => {
		length += bytes.length;
	});
	return length;
}
