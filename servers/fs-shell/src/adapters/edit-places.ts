import { Fault } from '@switchboard/kit';
import { type ByteSource, pieceSize } from './byte-source.ts';
import { decode, type Encoding, encode } from './encodings.ts';
import type { LineEndings } from './line-feeds.ts';

export interface Edit {
	readonly old: string;
	readonly new: string;
	/** Which of several matches, counted from 1; without it there must be one. */
	readonly occurrence?: number | 'all' | undefined;
}

/** Bytes to be replaced. */
export interface BytePlace {
	readonly start: number;
	readonly end: number;
	readonly bytes: Buffer;
}

export interface FoundPlaces {
	readonly places: readonly BytePlace[];
	/** Whether a match took whitespace to be alike that is not. */
	readonly isTolerant: boolean;
}

/** Larger files are matched byte for byte alone. */
const textLimit = 8 * 1024 * 1024;

/** Most places one edit may change. */
const mostPlaces = 10_000;

/** Where edits apply: all in the file as it is, none touching another, each unambiguous, or a Fault. */
export async function findPlaces(
	source: ByteSource,
	encoding: Encoding,
	endings: LineEndings,
	edits: readonly Edit[],
): Promise<FoundPlaces> {
	let isTolerant = false;
	const places: (BytePlace & { readonly edit: number })[] = [];
	for (const [index, edit] of edits.entries()) {
		const { found, bytes, wasTolerant } = await matchesOf(source, encoding, endings, edit, index);
		for (const { start, end } of chosen(found, edit, index)) places.push({ start, end, bytes, edit: index });
		isTolerant ||= wasTolerant;
	}
	places.sort((a, b) => a.start - b.start);
	for (const [index, place] of places.entries()) {
		const next = places[index + 1];
		if (next === undefined || next.start >= place.end) continue;
		throw new Fault('invalid_input', `edits ${place.edit + 1} and ${next.edit + 1} touch the same text.`, {
			hint: 'Make them one edit.',
		});
	}
	return { places, isTolerant };
}

type Span = Omit<BytePlace, 'bytes'>;

interface Matches {
	readonly found: readonly Span[];
	readonly bytes: Buffer;
	readonly wasTolerant: boolean;
}

async function matchesOf(
	source: ByteSource,
	encoding: Encoding,
	endings: LineEndings,
	edit: Edit,
	index: number,
): Promise<Matches> {
	const asWritten = endings === 'crlf' ? crlf : (text: string) => text;
	const bytes = encode(asWritten(edit.new), encoding);
	if (bytes === undefined) {
		throw new Fault(
			'invalid_input',
			`edits ${index + 1}: new holds characters that ${encoding.name} has no place for.`,
		);
	}
	for (const old of new Set([
		asWritten(edit.old),
		edit.old,
		...(endings === 'mixed' ? [crlf(edit.old), lf(edit.old)] : []),
	])) {
		const found = encoding.isAligned
			? await spansOfBytes(source, encoding, old)
			: await spansOfText(source, encoding, literal(old));
		if (found.length > 0) return { found, bytes, wasTolerant: false };
	}
	const found = source.size > textLimit ? [] : await spansOfText(source, encoding, tolerant(edit.old));
	return { found: found.length === 1 ? found : [], bytes, wasTolerant: found.length === 1 };
}

function chosen(found: readonly Span[], { occurrence }: Edit, index: number): readonly Span[] {
	const which = `edits ${index + 1}: old`;
	if (found.length === 0) {
		throw new Fault(
			'not_found',
			`${which} is not in the file, or not exactly once if whitespace is taken to be alike.`,
			{
				hint: 'fs_read shows the text as it is.',
			},
		);
	}
	if (occurrence === 'all') return found;
	if (occurrence === undefined) {
		if (found.length === 1) return found;
		const count = found.length >= mostPlaces ? `${mostPlaces} or more` : String(found.length);
		throw new Fault('invalid_input', `${which} is in the file ${count} times.`, {
			hint: "Give more of the text around it, or occurrence: a number or 'all'.",
		});
	}
	const span = found[occurrence - 1];
	if (span === undefined)
		throw new Fault('not_found', `${which} is in the file ${found.length} times, not ${occurrence}.`);
	return [span];
}

/** Matches of a text's bytes, piece by piece, for encodings whose characters cannot be mistaken for parts of others. */
async function spansOfBytes(source: ByteSource, encoding: Encoding, old: string): Promise<Span[]> {
	const needle = encode(old, encoding);
	if (needle === undefined || needle.length === 0) return [];
	const spans: Span[] = [];
	const step = Math.max(pieceSize, needle.length * 2);
	const room = Buffer.allocUnsafe(step + needle.length - 1);
	let from = encoding.bom;
	for (let at = from; at < source.size; at += step) {
		const piece = await source.read(at, room.length, room);
		for (
			let hit = piece.indexOf(needle, Math.max(0, from - at));
			hit !== -1;
			hit = piece.indexOf(needle, Math.max(hit + 1, from - at))
		) {
			const start = at + hit;
			if (start % encoding.unit !== 0) continue;
			spans.push({ start, end: start + needle.length });
			from = start + needle.length;
			if (spans.length >= mostPlaces) return spans;
		}
	}
	return spans;
}

/** Matches in the decoded text, for files that come out of decoding and encoding as they went in. */
async function spansOfText(source: ByteSource, encoding: Encoding, pattern: RegExp): Promise<Span[]> {
	if (source.size > textLimit) {
		throw new Fault('too_large', `A file in ${encoding.name} is edited up to ${textLimit} bytes.`);
	}
	const bytes = (await source.read(0, source.size)).subarray(encoding.bom);
	const text = decode(bytes, encoding);
	if (encode(text, encoding)?.equals(bytes) !== true) return [];
	const sizeOf = (part: string): number => encode(part, encoding)?.length ?? 0;
	const spans: Span[] = [];
	for (const match of text.matchAll(pattern)) {
		const start = encoding.bom + sizeOf(text.slice(0, match.index));
		spans.push({ start, end: start + sizeOf(match[0]) });
		if (spans.length >= mostPlaces) break;
	}
	return spans;
}

function literal(text: string): RegExp {
	return new RegExp(escaped(text), 'g');
}

/** The text with runs of blanks within a line and blanks at its end taken to be alike; indentation has to be the same. */
function tolerant(text: string): RegExp {
	const lines = text.split(/\r?\n/).map((line) => {
		const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
		const words = line
			.slice(indent.length)
			.trimEnd()
			.split(/[ \t\u00a0]+/);
		return escaped(indent) + words.map((word) => escaped(word)).join('[ \\t\\u00a0]+');
	});
	return new RegExp(lines.join('[ \\t]*\\r?\\n'), 'g');
}

function escaped(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function crlf(text: string): string {
	return text.replaceAll(/\r?\n/g, '\r\n');
}

function lf(text: string): string {
	return text.replaceAll('\r\n', '\n');
}
