import { createHash } from 'node:crypto';
import {
	type BigIntStats,
	closeSync,
	constants,
	fchmodSync,
	fchownSync,
	fstatSync,
	futimesSync,
	lstatSync,
	openSync,
} from 'node:fs';
import { copyFile, mkdir, readdir, readlink, rmdir, symlink, unlink } from 'node:fs/promises';
import { Fault } from '@switchboard/kit';
import { openForLooking, wayOf } from './held-folder.ts';
import { kindOf, signatureOf } from './regular-file.ts';

/** Most entries of a tree that is measured, copied or removed for good in one Call. */
export const treeLimit = 1_000_000;

export interface TreeMeasure {
	readonly entries: number;
	readonly bytes: number;
	/** Changes when anything in the tree does. */
	readonly signature: string;
}

/** Names are kept as bytes: not every file name is text. */
type Way = Buffer;

export function wayTo(at: string): Way {
	return Buffer.from(at);
}

function inner(folder: string, name: Buffer): Way {
	return Buffer.concat([Buffer.from(`${folder}/`), name]);
}

/** Counts what is at a place, no link followed. */
export async function measureTree(at: Way, signal: AbortSignal, most = treeLimit): Promise<TreeMeasure> {
	const hash = createHash('sha256');
	let entries = 0;
	let bytes = 0;

	async function measure(way: Way, path: string): Promise<void> {
		signal.throwIfAborted();
		const stats = lstatSync(way, { bigint: true });
		entries += 1;
		if (entries > most) throw tooMany(most);
		if (!stats.isDirectory()) {
			bytes += Number(stats.size);
			hash.update(`${path}\0${signatureOf(stats)}\n`);
			return;
		}
		hash.update(`${path}/\0${stats.ino}\n`);
		await inFolder(way, async (folder, names) => {
			for (const name of names.sort(Buffer.compare))
				await measure(inner(folder, name), `${path}/${name.toString('latin1')}`);
		});
	}

	const top = lstatSync(at, { bigint: true });
	if (!top.isDirectory()) return { entries: 1, bytes: Number(top.size), signature: signatureOf(top) };
	await measure(at, '');
	return { entries, bytes, signature: hash.digest('hex') };
}

/** Copies what is at a place to a name that is not there; links are copied as links, special files refused. */
export async function copyTree(from: Way, to: Way, signal: AbortSignal): Promise<void> {
	let entries = 0;

	async function copy(source: Way, target: Way): Promise<void> {
		signal.throwIfAborted();
		entries += 1;
		if (entries > treeLimit) throw tooMany(treeLimit);
		const stats = lstatSync(source, { bigint: true });
		const kind = kindOf(stats);
		if (kind === 'link') return symlink(await readlink(source, { encoding: 'buffer' }), target);
		if (kind === 'file') return copyRegular(source, target);
		if (kind !== 'folder') throw new Fault('unsupported', `It holds a ${kind}, which cannot be copied.`);
		await copyFolder(source, target, stats);
	}

	async function copyFolder(source: Way, target: Way, stats: BigIntStats): Promise<void> {
		await mkdir(target, { mode: 0o700 });
		await inFolder(source, (folder, names) =>
			inFolder(target, async (targetFolder) => {
				for (const name of names) await copy(inner(folder, name), inner(targetFolder, name));
			}),
		);
		takeAfter(target, stats);
	}

	await copy(from, to);
}

async function copyRegular(source: Way, target: Way): Promise<void> {
	const { descriptor, stats } = openForLooking(source);
	try {
		if (!stats.isFile()) throw new Fault('conflict', 'It changed while it was copied.', { retryable: true });
		await copyFile(wayOf(descriptor, source.toString()), target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
	} finally {
		closeSync(descriptor);
	}
	takeAfter(target, stats);
}

/** Mode and times of what was copied; its owner where we may give that. */
function takeAfter(way: Way, { mode, uid, gid, atimeMs, mtimeMs }: BigIntStats): void {
	const descriptor = openSync(way, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		const own = fstatSync(descriptor);
		const mayGive = process.getuid?.() === 0 && (own.uid !== Number(uid) || own.gid !== Number(gid));
		if (mayGive) fchownSync(descriptor, Number(uid), Number(gid));
		fchmodSync(descriptor, Number(mode) & 0o777);
		futimesSync(descriptor, Number(atimeMs) / 1000, Number(mtimeMs) / 1000);
	} finally {
		closeSync(descriptor);
	}
}

/** Removes what is at a place for good, no link followed. */
export async function removeTree(at: Way): Promise<void> {
	const isFolder = lstatSync(at).isDirectory();
	if (!isFolder) return unlink(at);
	await inFolder(at, async (folder, names) => {
		for (const name of names) await removeTree(inner(folder, name));
	});
	await rmdir(at);
}

/** Opens a folder through the one that holds it and stays in it, wherever it is moved. */
async function inFolder<T>(way: Way, work: (folder: string, names: Buffer[]) => Promise<T>): Promise<T> {
	const descriptor = openSync(way, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
	try {
		const folder = wayOf(descriptor, way.toString());
		return await work(folder, await readdir(folder, { encoding: 'buffer' }));
	} finally {
		closeSync(descriptor);
	}
}

function tooMany(most: number): Fault {
	return new Fault('too_large', `It holds more than ${most} files and folders.`, { hint: 'Take parts of it.' });
}
