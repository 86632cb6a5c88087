import { Fault } from '@switchboard/kit';
import { type ByteSource, pieceSize } from './byte-source.ts';
import { characterStart, createDecoder, decode, type Encoding, wholeLength } from './encodings.ts';
import { afterLineFeed, lastLines, skipLines } from './line-feeds.ts';

export interface Window {
	readonly unit: 'characters' | 'lines' | 'bytes';
	/** First of it; negative counts from the end. */
	readonly offset: number;
	readonly limit: number;
}

export interface Slice {
	readonly text: string;
	/** Where to go on, in the same unit. */
	readonly nextOffset?: number;
	/** Where to go on in bytes, where that is known. */
	readonly nextByte?: number;
	/** Whether a line was too long to be given whole. */
	readonly isCut?: boolean;
}

/** Most characters one slice carries. */
export const sliceLimit = 100_000;

/** The part of a text file that a window shows, reading no more of it than needed. */
export function readWindow(source: ByteSource, encoding: Encoding, window: Window): Promise<Slice> {
	switch (window.unit) {
		case 'lines':
			return linesOf(source, encoding, window);
		case 'characters':
			return window.offset < 0 ? lastCharacters(source, encoding, window) : charactersOf(source, encoding, window);
		case 'bytes':
			return bytesOf(source, encoding, window);
	}
}

async function linesOf(source: ByteSource, encoding: Encoding, { offset, limit }: Window): Promise<Slice> {
	if (offset >= 0) {
		const start = await skipLines(source, encoding.bom, offset, encoding);
		return start === undefined ? { text: '' } : linesFrom(source, encoding, { start, offset, limit });
	}
	const { start, isCut } = await lastLines(source, -offset, sliceLimit, encoding);
	const slice = await linesFrom(source, encoding, { start, offset, limit: Math.min(limit, -offset) });
	return { ...slice, ...(isCut && { isCut }) };
}

interface Lines {
	readonly start: number;
	readonly offset: number;
	readonly limit: number;
}

async function linesFrom(source: ByteSource, encoding: Encoding, { start, offset, limit }: Lines): Promise<Slice> {
	const bytes = await source.read(start, sliceLimit * 4);
	const isEnd = start + bytes.length >= source.size;
	let text = '';
	let at = 0;
	let count = 0;
	while (count < limit && at < bytes.length) {
		const after = afterLineFeed(bytes, at, encoding);
		if (after === -1 && !isEnd) break;
		const end = after === -1 ? bytes.length : after;
		const line = decode(bytes.subarray(at, end), encoding);
		if (text.length + line.length > sliceLimit) break;
		text += line;
		at = end;
		count += 1;
	}
	if (count === 0 && at < bytes.length) return cutLine(source, encoding, { start, offset, limit }, bytes);
	const nextByte = start + at;
	return { text, ...(nextByte < source.size && { nextOffset: offset + count, nextByte }) };
}

/** The beginning of a line that is longer than a slice. */
async function cutLine(
	source: ByteSource,
	encoding: Encoding,
	{ start, offset }: Lines,
	bytes: Buffer,
): Promise<Slice> {
	const text = upTo(decode(bytes.subarray(0, wholeLength(bytes, encoding)), encoding), sliceLimit);
	const next = await skipLines(source, start, 1, encoding);
	const hasNext = next !== undefined && next < source.size;
	return { text, isCut: true, ...(hasNext && { nextOffset: offset + 1, nextByte: next }) };
}

async function charactersOf(source: ByteSource, encoding: Encoding, { offset, limit }: Window): Promise<Slice> {
	const most = Math.min(limit, sliceLimit);
	let passed = 0;
	let text = '';
	for await (const piece of decoded(source, encoding)) {
		const skip = Math.min(piece.length, Math.max(0, offset - passed));
		passed += piece.length;
		text += piece.slice(skip, skip + most + 2 - text.length);
		if (text.length > most) break;
	}
	const shown = upTo(text, most);
	return { text: shown, ...(shown.length < text.length && { nextOffset: offset + shown.length }) };
}

async function* decoded(source: ByteSource, encoding: Encoding): AsyncGenerator<string> {
	const room = Buffer.allocUnsafe(pieceSize);
	if (!encoding.isAligned) {
		const decoder = createDecoder(encoding);
		for (let at = encoding.bom; at < source.size; at += pieceSize)
			yield decoder.write(await source.read(at, pieceSize, room));
		return yield decoder.end();
	}
	for (let at = encoding.bom; at < source.size; ) {
		const bytes = await source.read(at, pieceSize, room);
		// A character that is cut off by the end of the file is shown as what it is: not a character.
		const whole = at + bytes.length < source.size ? wholeLength(bytes, encoding) : bytes.length;
		if (whole === 0) return;
		yield decode(bytes.subarray(0, whole), encoding);
		at += whole;
	}
}

async function lastCharacters(source: ByteSource, encoding: Encoding, { offset, limit }: Window): Promise<Slice> {
	if (!encoding.isAligned) throw fromStartOnly(encoding, 'lines');
	const wanted = Math.min(-offset, sliceLimit);
	const from = Math.max(encoding.bom, source.size - (wanted + 2) * 4);
	const bytes = await source.read(from - (from % encoding.unit), source.size);
	const text = decode(bytes.subarray(from === encoding.bom ? 0 : characterStart(bytes, 0, encoding)), encoding);
	const last = text.slice(-wanted);
	const whole = /^[\udc00-\udfff]/.test(last) ? last.slice(1) : last;
	const shown = upTo(whole, limit);
	return { text: shown, ...(shown.length < whole.length && { nextOffset: offset + shown.length }) };
}

async function bytesOf(source: ByteSource, encoding: Encoding, { offset, limit }: Window): Promise<Slice> {
	if (!encoding.isAligned) throw fromStartOnly(encoding, 'characters');
	const wanted = offset < 0 ? Math.max(0, source.size + offset) : offset;
	const first = Math.max(encoding.bom, wanted - (wanted % encoding.unit));
	const bytes = await source.read(first, Math.min(limit, sliceLimit) + 4);
	const skip = first === encoding.bom ? 0 : characterStart(bytes, 0, encoding);
	const cut = bytes.subarray(skip, skip + Math.min(limit, sliceLimit));
	const isEnd = first + skip + cut.length >= source.size;
	const whole = isEnd ? cut.length : wholeLength(cut, encoding);
	const next = first + skip + whole;
	const goesOn = next < source.size && whole > 0;
	return { text: decode(cut.subarray(0, whole), encoding), ...(goesOn && { nextOffset: next, nextByte: next }) };
}

function fromStartOnly(encoding: Encoding, unit: string): Fault {
	return new Fault('unsupported', `A file in ${encoding.name} can only be read from its start.`, {
		hint: `Use unit: '${unit}'.`,
	});
}

/** The first `limit` characters, never half of one and never none. */
function upTo(text: string, limit: number): string {
	if (text.length <= limit) return text;
	const end = /[\ud800-\udbff]/.test(text[limit - 1] ?? '') ? limit - 1 : limit;
	return text.slice(0, end === 0 ? 2 : end);
}
