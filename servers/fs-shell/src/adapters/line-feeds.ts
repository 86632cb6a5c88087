import { type ByteSource, pieceSize } from './byte-source.ts';
import { characterStart, type Encoding } from './encodings.ts';

/** Where the line feed at or after `from` ends, in these bytes that begin on a unit; -1 where there is none. */
export function afterLineFeed(bytes: Buffer, from: number, { name, unit }: Encoding): number {
	if (unit === 1) {
		const at = bytes.indexOf(0x0a, from);
		return at === -1 ? -1 : at + 1;
	}
	const isBig = name.endsWith('be');
	for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
		const start = isBig ? at - unit + 1 : at;
		if (start < from || start % unit !== 0 || start + unit > bytes.length) continue;
		const value =
			unit === 2
				? isBig
					? bytes.readUInt16BE(start)
					: bytes.readUInt16LE(start)
				: isBig
					? bytes.readUInt32BE(start)
					: bytes.readUInt32LE(start);
		if (value === 0x0a) return start + unit;
	}
	return -1;
}

/** Where the line that comes `lines` after the one at `from` begins; undefined where there are not so many. */
export async function skipLines(
	source: ByteSource,
	from: number,
	lines: number,
	encoding: Encoding,
): Promise<number | undefined> {
	let left = lines;
	const room = Buffer.allocUnsafe(pieceSize);
	for (let at = from; left > 0; ) {
		const piece = await source.read(at, pieceSize, room);
		if (piece.length === 0) return undefined;
		let within = 0;
		while (left > 0) {
			const after = afterLineFeed(piece, within, encoding);
			if (after === -1) break;
			within = after;
			left -= 1;
		}
		if (left === 0) return at + within;
		at += piece.length;
	}
	return from;
}

/** Where the last `lines` lines begin, looking back at most `most` bytes; a line feed at the very end begins no line. */
export async function lastLines(
	source: ByteSource,
	lines: number,
	most: number,
	encoding: Encoding,
): Promise<{ readonly start: number; readonly isCut: boolean }> {
	const floor = source.size - most;
	for (let reach = pieceSize; ; reach *= 4) {
		const from = Math.max(encoding.bom, floor, source.size - reach);
		const start = from - ((from - encoding.bom) % encoding.unit);
		const piece = await source.read(start, source.size - start);
		const starts: number[] = start === encoding.bom ? [0] : [];
		for (
			let at = afterLineFeed(piece, 0, encoding);
			at !== -1 && at < piece.length;
			at = afterLineFeed(piece, at, encoding)
		) {
			starts.push(at);
		}
		const begins = starts.at(-lines);
		if (begins !== undefined) return { start: start + begins, isCut: false };
		if (start === encoding.bom) return { start, isCut: false };
		if (from === floor) return { start: start + characterStart(piece, 0, encoding), isCut: true };
	}
}

export type LineEndings = 'lf' | 'crlf' | 'mixed' | 'none';

/** How the lines of a text end. */
export function lineEndingsOf(text: string): LineEndings {
	const feeds = text.split('\n').length - 1;
	const pairs = text.split('\r\n').length - 1;
	if (feeds === 0) return 'none';
	if (pairs === 0) return 'lf';
	return pairs === feeds ? 'crlf' : 'mixed';
}
