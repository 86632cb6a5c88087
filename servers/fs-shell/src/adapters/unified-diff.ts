import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, type StructuredPatchHunk, structuredPatch } from 'diff';
import { type ByteSource, pieceSize } from './byte-source.ts';
import type { BytePlace } from './edit-places.ts';
import { characterStart, decode, type Encoding, wholeLength } from './encodings.ts';
import { afterLineFeed } from './line-feeds.ts';

/** Most characters of a difference that is shown, and most bytes looked at around a place. */
const shownLimit = 20_000;
const around = 2_000;
const contextLines = 3;

interface View {
	readonly start: number;
	end: number;
	readonly places: BytePlace[];
}

/** The unified difference that replacing these places makes, reading only what is around them. */
export async function diffOf(
	path: string,
	source: ByteSource,
	encoding: Encoding,
	places: readonly BytePlace[],
): Promise<string> {
	const hunks: StructuredPatchHunk[] = [];
	let line = 0;
	let counted = encoding.bom;
	let shift = 0;
	let length = 0;
	for (const view of await viewsOf(source, encoding, places)) {
		line += await feedsBetween(source, encoding, counted, view.start);
		counted = view.start;
		const [before, after] = await textsOf(source, encoding, view);
		const { hunks: found } = structuredPatch(path, path, before, after, undefined, undefined, {
			context: contextLines,
		});
		for (const hunk of found) {
			hunks.push({ ...hunk, oldStart: hunk.oldStart + line, newStart: hunk.newStart + line + shift });
			length += hunk.lines.reduce((sum, text) => sum + text.length + 1, 0);
		}
		shift += found.reduce((sum, { newLines, oldLines }) => sum + newLines - oldLines, 0);
		if (length > shownLimit) break;
	}
	const text = formatPatch({ oldFileName: path, newFileName: path, hunks } as StructuredPatch, FILE_HEADERS_ONLY);
	return text.length > shownLimit
		? `${text.slice(0, shownLimit).toWellFormed()}\n[the rest of the difference is not shown]\n`
		: text;
}

/** The surroundings of the places, those that touch as one. */
async function viewsOf(source: ByteSource, encoding: Encoding, places: readonly BytePlace[]): Promise<View[]> {
	const views: View[] = [];
	for (const place of places) {
		const start = await contextStart(source, encoding, place.start);
		const end = await contextEnd(source, encoding, place.end);
		const last = views.at(-1);
		if (last !== undefined && start <= last.end) {
			last.end = Math.max(end, last.end);
			last.places.push(place);
		} else {
			views.push({ start, end, places: [place] });
		}
	}
	return views;
}

async function contextStart(source: ByteSource, encoding: Encoding, at: number): Promise<number> {
	const from = Math.max(encoding.bom, at - around + ((at - encoding.bom) % encoding.unit));
	const bytes = await source.read(from, at - from);
	const starts = from === encoding.bom ? [0] : [];
	for (let after = afterLineFeed(bytes, 0, encoding); after !== -1; after = afterLineFeed(bytes, after, encoding))
		starts.push(after);
	return from + (starts.at(-1 - contextLines) ?? starts[0] ?? characterStart(bytes, 0, encoding));
}

async function contextEnd(source: ByteSource, encoding: Encoding, at: number): Promise<number> {
	const bytes = await source.read(at, around);
	let end = 0;
	for (let lines = 0; lines <= contextLines; lines++) {
		const after = afterLineFeed(bytes, end, encoding);
		if (after === -1) return at + (lines > 0 && at + bytes.length < source.size ? end : wholeLength(bytes, encoding));
		end = after;
	}
	return at + end;
}

async function textsOf(
	source: ByteSource,
	encoding: Encoding,
	{ start, end, places }: View,
): Promise<[string, string]> {
	const bytes = await source.read(start, end - start);
	const parts: Buffer[] = [];
	let from = 0;
	for (const place of places) {
		parts.push(bytes.subarray(from, place.start - start), place.bytes);
		from = place.end - start;
	}
	parts.push(bytes.subarray(from));
	return [decode(bytes, encoding), decode(Buffer.concat(parts), encoding)];
}

async function feedsBetween(source: ByteSource, encoding: Encoding, from: number, to: number): Promise<number> {
	let feeds = 0;
	const room = Buffer.allocUnsafe(pieceSize);
	for (let at = from; at < to; at += pieceSize) {
		const piece = await source.read(at, Math.min(pieceSize, to - at), room);
		for (let after = afterLineFeed(piece, 0, encoding); after !== -1; after = afterLineFeed(piece, after, encoding))
			feeds += 1;
	}
	return feeds;
}
