import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { Fault } from '@switchboard/kit';
import { byteSourceOf } from '../byte-source.ts';
import { faultOf, onPath } from '../errno.ts';
import type { Place, Scope } from '../places.ts';
import { openRegular, type RegularFile } from '../regular-file.ts';
import { stage } from '../staging.ts';
import { append } from './append.ts';
import { commitReplacement } from './commit.ts';
import { bytesOf, type Content, mannerLike, mannerOf } from './content.ts';
import { type ChangeTools, changedMeanwhile, record, statsOf } from './tools.ts';

export interface WriteRequest {
	readonly path: string;
	readonly content: Content;
	readonly mode: 'create' | 'overwrite' | 'append';
	/** What the file must hold now. */
	readonly expectedSha256?: string | undefined;
}

export interface WriteReceipt {
	readonly path: string;
	readonly undoId: string;
	readonly created: boolean;
	/** Size of the file now. */
	readonly size: number;
	/** Of what was written. */
	readonly sha256?: string;
}

export async function writeFile(tools: ChangeTools, request: WriteRequest, scope: Scope): Promise<WriteReceipt> {
	using place = await tools.places.pin(request.path, 'write', scope, { mayBeMissing: true });
	return await onPath(place.shown, () =>
		tools.locks.hold([place.path], async () => {
			if (place.isRoot) throw new Fault('invalid_input', `${place.shown} is a folder.`);
			if (statsOf(place) === undefined) return create(tools, place, request, scope);
			await using file = await openRegular(place);
			await refuseUnexpected(place, file, request, scope);
			return await (request.mode === 'append' && file.stats.nlink === 1n
				? append(tools, place, file, request.content, scope)
				: replace(tools, place, file, request, scope));
		}),
	);
}

async function create(tools: ChangeTools, place: Place, request: WriteRequest, scope: Scope): Promise<WriteReceipt> {
	if (request.expectedSha256 !== undefined) throw changedMeanwhile(place.shown);
	const journal = tools.journal();
	const staged = await stage(place, journal.stages, bytesOf(request.content, mannerOf(request.content)));
	const id = journal.newId();
	const steps = [{ do: 'discard' as const, path: place.path, now: staged.signature }];
	try {
		await record(journal, scope, { id, skill: 'fs_write', steps }, () => staged.create(place));
	} catch (error) {
		await staged.discard();
		throw faultOf(error, place.shown);
	}
	return { path: place.path, undoId: id, created: true, size: staged.size, sha256: staged.sha256 };
}

/** Why an existing file is not written over: it is not to be, is not the expected one, or says so itself. */
async function refuseUnexpected(place: Place, file: RegularFile, request: WriteRequest, scope: Scope): Promise<void> {
	if (request.mode === 'create') {
		throw new Fault('conflict', `${place.shown} is already there.`, {
			hint: "mode: 'overwrite' replaces it, and can be undone.",
		});
	}
	refuseReadOnly(place, file.stats);
	if (request.expectedSha256 === undefined) return;
	if ((await sha256Of(file, scope.signal)) !== request.expectedSha256.toLowerCase())
		throw changedMeanwhile(place.shown);
}

export function refuseReadOnly(place: Place, { mode }: BigIntStats): void {
	if ((mode & 0o222n) !== 0n) return;
	throw new Fault('denied', `${place.shown} is marked read-only.`, { hint: 'Its owner can change its mode.' });
}

export async function sha256Of({ handle, stats }: RegularFile, signal: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	const source = byteSourceOf(handle, Number(stats.size), signal);
	const room = Buffer.allocUnsafe(1 << 20);
	for (let at = 0; at < source.size; ) {
		const piece = await source.read(at, room.length, room);
		if (piece.length === 0) break;
		hash.update(piece);
		at += piece.length;
	}
	return hash.digest('hex');
}

async function replace(
	tools: ChangeTools,
	place: Place,
	file: RegularFile,
	request: WriteRequest,
	scope: Scope,
): Promise<WriteReceipt> {
	const journal = tools.journal();
	const old = byteSourceOf(file.handle, Number(file.stats.size), scope.signal);
	const isAppended = request.mode === 'append';
	const manner = isAppended ? await mannerLike(file, scope.signal) : mannerOf(request.content);
	const added = bytesOf(request.content, manner);
	const staged = await stage(
		place,
		journal.stages,
		async (write) => {
			for (let at = 0; isAppended && at < old.size; at += 1 << 20) await write(await old.read(at, 1 << 20));
			await added(write);
		},
		file.stats,
	);
	const undoId = await commitReplacement(tools, place, file.stats, staged, 'fs_write', scope);
	return { path: place.path, undoId, created: false, size: staged.size, sha256: staged.sha256 };
}
