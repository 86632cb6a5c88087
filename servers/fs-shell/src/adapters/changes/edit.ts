import { Fault } from '@switchboard/kit';
import { type ByteSource, byteSourceOf } from '../byte-source.ts';
import { type BytePlace, type Edit, findPlaces } from '../edit-places.ts';
import { decode, detectEncoding, type Encoding, encodingNamed } from '../encodings.ts';
import { onPath } from '../errno.ts';
import { type LineEndings, lineEndingsOf } from '../line-feeds.ts';
import type { Place, Scope } from '../places.ts';
import { openRegular, type RegularFile } from '../regular-file.ts';
import { stage } from '../staging.ts';
import { diffOf } from '../unified-diff.ts';
import { commitReplacement } from './commit.ts';
import { type ChangeTools, changedMeanwhile } from './tools.ts';
import { refuseReadOnly, sha256Of } from './write.ts';

export interface EditRequest {
	readonly path: string;
	readonly edits: readonly Edit[];
	readonly encoding?: string | undefined;
	readonly expectedSha256?: string | undefined;
	/** Only says what would change. */
	readonly dryRun: boolean;
}

export interface EditReceipt {
	readonly path: string;
	readonly undoId?: string;
	readonly applied: boolean;
	readonly replacements: number;
	readonly diff: string;
	readonly encoding: string;
	readonly lineEndings: LineEndings;
	/** Whether whitespace that differed was taken to be alike. */
	readonly tolerant: boolean;
	readonly sha256?: string;
}

const sampleSize = 64 * 1024;

export async function editFile(tools: ChangeTools, request: EditRequest, scope: Scope): Promise<EditReceipt> {
	using place = await tools.places.pin(request.path, 'write', scope);
	return await onPath(place.shown, () =>
		tools.locks.hold([place.path], async () => {
			await using file = await openRegular(place);
			refuseReadOnly(place, file.stats);
			if (
				request.expectedSha256 !== undefined &&
				(await sha256Of(file, scope.signal)) !== request.expectedSha256.toLowerCase()
			) {
				throw changedMeanwhile(place.shown);
			}
			return await editOpened(tools, place, file, request, scope);
		}),
	);
}

async function editOpened(
	tools: ChangeTools,
	place: Place,
	file: RegularFile,
	request: EditRequest,
	scope: Scope,
): Promise<EditReceipt> {
	const source = byteSourceOf(file.handle, Number(file.stats.size), scope.signal);
	const { encoding, lineEndings } = await mannerOf(source, request.encoding, place.shown);
	const { places, isTolerant } = await findPlaces(source, encoding, lineEndings, request.edits);
	const about = {
		path: place.path,
		replacements: places.length,
		diff: await diffOf(place.shown, source, encoding, places),
		encoding: encoding.name,
		lineEndings,
		tolerant: isTolerant,
	};
	if (request.dryRun) return { ...about, applied: false };
	const staged = await stage(place, tools.journal().stages, (write) => splice(source, places, write), file.stats);
	const undoId = await commitReplacement(tools, place, file.stats, staged, 'fs_edit', scope);
	return { ...about, applied: true, undoId, sha256: staged.sha256 };
}

async function mannerOf(
	source: ByteSource,
	named: string | undefined,
	shown: string,
): Promise<{ readonly encoding: Encoding; readonly lineEndings: LineEndings }> {
	const sample = await source.read(0, sampleSize);
	const detected = detectEncoding(sample, sample.length === source.size);
	const encoding =
		named === undefined ? detected : encodingNamed(named, detected?.name === named.toLowerCase() ? detected.bom : 0);
	if (encoding === undefined) {
		throw named === undefined
			? new Fault('unsupported', `${shown} is not text.`, { hint: 'fs_write replaces a file as a whole.' })
			: new Fault('invalid_input', 'encoding: is not one that is known.');
	}
	return { encoding, lineEndings: lineEndingsOf(decode(sample, encoding)) };
}

/** The file with the places replaced and every other byte as it was. */
async function splice(
	source: ByteSource,
	places: readonly BytePlace[],
	write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
	const room = Buffer.allocUnsafe(1 << 20);
	const copy = async (from: number, to: number): Promise<void> => {
		for (let at = from; at < to; ) {
			const piece = await source.read(at, Math.min(room.length, to - at), room);
			if (piece.length === 0)
				throw new Fault('conflict', 'The file became shorter while it was edited.', { retryable: true });
			await write(piece);
			at += piece.length;
		}
	};
	let at = 0;
	for (const { start, end, bytes } of places) {
		await copy(at, start);
		await write(bytes);
		at = end;
	}
	await copy(at, source.size);
}
