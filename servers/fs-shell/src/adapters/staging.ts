import { createHash, randomBytes } from 'node:crypto';
import { type BigIntStats, lstatSync } from 'node:fs';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errno.ts';
import { type HeldFolder, holdFolder } from './held-folder.ts';
import type { Place } from './places.ts';
import { signatureOf } from './regular-file.ts';
import { removeTree, wayTo } from './tree.ts';

/** New content beside the file it will become, written and on the disk. */
export interface Staged {
	readonly at: string;
	readonly signature: string;
	readonly size: number;
	readonly sha256: string;
	/** Puts it in the place of whatever is there, in one step. */
	replace(place: Place): Promise<void>;
	/** Puts it where nothing is; fails with EEXIST where something is. */
	create(place: Place): Promise<void>;
	discard(): Promise<void>;
}

/** The record of names in use, so that what a crash leaves is found again. */
export interface StageLog {
	begin(path: string): void;
	end(path: string): void;
	/** Names that processes which are gone had in use. */
	left(): readonly string[];
}

/** Writes the bytes of the new file. */
export type WriteContent = (write: (bytes: Buffer) => Promise<void>) => Promise<void>;

export const stagedName = /^\.switchboard-[0-9a-f]{32}\.tmp$/;

export function newStagedName(): string {
	return `.switchboard-${randomBytes(16).toString('hex')}.tmp`;
}

/** Writes content to a new file beside a place; with the mode and owner of `like`, the file it will replace. */
export async function stage(place: Place, log: StageLog, content: WriteContent, like?: BigIntStats): Promise<Staged> {
	const name = newStagedName();
	const path = `${place.folder.path}/${name}`;
	const at = place.folder.to(name);
	log.begin(path);
	const discard = async (): Promise<void> => {
		await unlink(at).catch(ignoreMissing);
		log.end(path);
	};
	try {
		const written = await writeTo(at, content, like);
		return {
			at,
			...written,
			discard,
			async replace({ at: target, folder }) {
				await rename(at, target);
				log.end(path);
				await syncFolder(folder);
			},
			async create({ at: target, folder }) {
				await linkOrRename(at, target);
				log.end(path);
				await syncFolder(folder);
			},
		};
	} catch (error) {
		await discard();
		throw error;
	}
}

async function writeTo(at: string, content: WriteContent, like: BigIntStats | undefined) {
	const handle = await open(at, 'wx', like === undefined ? 0o666 : 0o600);
	try {
		const hash = createHash('sha256');
		let size = 0;
		await content(async (bytes) => {
			hash.update(bytes);
			size += bytes.length;
			await handle.writeFile(bytes);
		});
		if (like !== undefined) await takeAfter(handle, like);
		await handle.sync();
		return { signature: signatureOf(await handle.stat({ bigint: true })), size, sha256: hash.digest('hex') };
	} finally {
		await handle.close();
	}
}

async function takeAfter(handle: FileHandle, { mode, uid, gid }: BigIntStats): Promise<void> {
	const own = await handle.stat();
	// Only root may give a file away; for others it stays theirs, as with any editor that replaces files.
	if (own.uid !== Number(uid) || own.gid !== Number(gid)) await handle.chown(Number(uid), Number(gid)).catch(() => {});
	await handle.chmod(Number(mode) & 0o7777);
}

/** A link never replaces, unlike a rename; a few file systems have none. */
async function linkOrRename(at: string, target: string): Promise<void> {
	try {
		await link(at, target);
	} catch (error) {
		if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
		if (isThere(target)) throw Object.assign(new Error('it is there'), { code: 'EEXIST' });
		return rename(at, target);
	}
	await unlink(at);
}

/** Makes a changed name last over a loss of power, where the file system can. */
export async function syncFolder(folder: HeldFolder): Promise<void> {
	const handle = await open(folder.to('.'), 'r').catch(() => undefined);
	await handle?.sync().catch(() => {});
	await handle?.close();
}

export function isThere(at: string): boolean {
	return lstatSync(at, { throwIfNoEntry: false }) !== undefined;
}

/** Removes what a crash left half written. */
export async function discardLeftovers(log: StageLog): Promise<void> {
	for (const path of log.left()) {
		await discardLeftover(path).catch(() => {});
		log.end(path);
	}
}

async function discardLeftover(path: string): Promise<void> {
	const name = path.slice(dirname(path).length + 1);
	if (!stagedName.test(name)) return;
	const folder = holdFolder(dirname(path));
	try {
		if (folder.path === dirname(path)) await removeTree(wayTo(folder.to(name)));
	} finally {
		folder.close();
	}
}

function ignoreMissing(error: unknown): void {
	if (codeOf(error) !== 'ENOENT') throw error;
}
