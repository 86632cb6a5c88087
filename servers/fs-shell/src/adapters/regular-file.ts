import { type BigIntStats, closeSync, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Fault } from '@switchboard/kit';
import { openForLooking, wayOf } from './held-folder.ts';
import type { Place } from './places.ts';

/** A regular file open for reading. */
export interface RegularFile extends AsyncDisposable {
	readonly handle: FileHandle;
	readonly stats: BigIntStats;
}

/** Opens a place that has to be a regular file; a pipe, a device or a socket is refused without being opened. */
export async function openRegular({ at, shown }: Pick<Place, 'at' | 'shown'>): Promise<RegularFile> {
	const { descriptor, stats } = openForLooking(at);
	try {
		const refusal = refusalOfKind(stats, shown);
		if (refusal !== undefined) throw refusal;
		const handle = await open(wayOf(descriptor, at), constants.O_RDONLY | constants.O_NONBLOCK);
		return { handle, stats, [Symbol.asyncDispose]: () => handle.close() };
	} finally {
		closeSync(descriptor);
	}
}

function refusalOfKind(stats: BigIntStats, shown: string): Fault | undefined {
	if (stats.isFile()) return undefined;
	if (stats.isDirectory())
		return new Fault('invalid_input', `${shown} is a folder.`, { hint: 'fs_list shows what it holds.' });
	if (stats.isSymbolicLink())
		return new Fault('conflict', `${shown} was swapped for a link meanwhile.`, { retryable: true });
	return new Fault('unsupported', `${shown} is a ${kindOf(stats)}, not a regular file.`);
}

export type EntryKind = 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'device';

type Kinds = Pick<BigIntStats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>;

export function kindOf(entry: Kinds): EntryKind {
	if (entry.isFile()) return 'file';
	if (entry.isDirectory()) return 'folder';
	if (entry.isSymbolicLink()) return 'link';
	if (entry.isFIFO()) return 'pipe';
	return entry.isSocket() ? 'socket' : 'device';
}

/** What tells one state of a file from another: its number, size and time of change. */
export function signatureOf({ ino, size, mtimeNs }: BigIntStats): string {
	return `${ino}:${size}:${mtimeNs}`;
}
