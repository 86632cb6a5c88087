import { type ByteSource, byteSourceOf } from '../byte-source.ts';
import { characterStart, decode, detectEncoding, type Encoding, encodingNamed, wholeLength } from '../encodings.ts';
import { onPath } from '../errno.ts';
import { skipLines } from '../line-feeds.ts';
import type { Places, Scope } from '../places.ts';
import { openRegular } from '../regular-file.ts';
import type { Position } from './search.ts';

export interface MatchedLine {
	readonly line: number;
	/** The line, or what is around the match where it is long. */
	readonly text: string;
	readonly before?: readonly string[];
	readonly after?: readonly string[];
}

/** Most characters of a line that are shown. */
const lineLimit = 400;
/** Bytes looked at on either side of a match, for the line and its context. */
const reach = 16 * 1024;

/** The lines at these positions of one file, as they are now. */
export async function readMatches(
	places: Places,
	path: string,
	positions: readonly Position[],
	context: number,
	scope: Scope,
): Promise<readonly MatchedLine[]> {
	using place = await places.pin(path, 'read', scope, { follow: false });
	return await onPath(place.shown, async () => {
		await using file = await openRegular(place);
		const source = byteSourceOf(file.handle, Number(file.stats.size), scope.signal);
		const sample = await source.read(0, 64 * 1024);
		const encoding = detectEncoding(sample, sample.length === source.size) ?? encodingNamed('iso-8859-1');
		if (encoding === undefined) return [];
		const lines: MatchedLine[] = [];
		for (const position of positions) lines.push(await readLine(source, encoding, position, context));
		return lines;
	});
}

async function readLine(
	source: ByteSource,
	encoding: Encoding,
	position: Position,
	context: number,
): Promise<MatchedLine> {
	const { line, offset } = position;
	// Offsets count decoded bytes, which are those of the file where it has no mark and no wide units.
	const isExact = offset !== undefined && encoding.bom === 0 && encoding.unit === 1;
	const at = isExact ? offset : ((await skipLines(source, encoding.bom, line - 1, encoding)) ?? source.size);
	const from = Math.max(encoding.bom, at - reach);
	const bytes = await source.read(from, at - from + reach);
	const skip = from === encoding.bom ? 0 : characterStart(bytes, 0, encoding);
	const before = decode(bytes.subarray(skip, at - from), encoding).split('\n');
	const rest = bytes.subarray(at - from);
	const after = decode(rest.subarray(0, wholeLength(rest, encoding)), encoding).split('\n');
	const start = before.pop() ?? '';
	const shown = { line, text: around(start, after.shift() ?? '') };
	if (context === 0) return shown;
	return { ...shown, before: before.slice(-context).map(cut), after: after.slice(0, context).map(cut) };
}

/** What is before and after a match within its line, cut evenly where it is long. */
function around(before: string, after: string): string {
	const text = `${before}${after}`.replace(/\r$/, '');
	if (text.length <= lineLimit) return text;
	const head = before.length > lineLimit / 4 ? `…${before.slice(-lineLimit / 4).toWellFormed()}` : before;
	const tail = after.slice(0, lineLimit - head.length).toWellFormed();
	return `${head}${tail}${tail.length < after.length ? '…' : ''}`;
}

function cut(line: string): string {
	const text = line.replace(/\r$/, '');
	return text.length > lineLimit ? `${text.slice(0, lineLimit).toWellFormed()}…` : text;
}
