import { closeSync } from 'node:fs';
import { byteSourceOf, pieceSize } from '../byte-source.ts';
import { createDecoder, detectEncoding } from '../encodings.ts';
import { globMatcher } from '../globs.ts';
import { openForLooking } from '../held-folder.ts';
import type { Place, Places, Scope } from '../places.ts';
import { openRegular } from '../regular-file.ts';
import { entriesIn } from '../survey.ts';
import type { Matcher } from './matcher.ts';
import { type PatternThread, startPatternThread } from './pattern-thread.ts';
import type { SearchRequest } from './search.ts';

/** A line is searched up to here. */
const longestLine = 1 << 20;

/** Searches without a program of its own, one file after another. */
export function createBuiltIn(places: Places): Matcher {
	return {
		name: 'built in',
		async *positions(place, request, scope) {
			const matches = request.glob === undefined ? () => true : globMatcher(request.glob);
			const thread = startPatternThread(request);
			try {
				for await (const { path, at } of filesIn(places, place, request, scope)) {
					if (path !== '' && !matches(path)) continue;
					for await (const line of matchingLines(at, thread, scope)) yield { path, line };
				}
			} finally {
				await thread.stop();
			}
		},
	};
}

async function* filesIn(
	places: Places,
	place: Place,
	{ hidden, gitignore }: SearchRequest,
	scope: Scope,
): AsyncGenerator<{ readonly path: string; readonly at: string }> {
	if (isFile(place)) return yield { path: '', at: place.at };
	const reach = { depth: Number.POSITIVE_INFINITY, hidden, gitignore };
	for await (const { kind, path, at } of entriesIn(places, place, reach, scope)) {
		if (kind === 'file') yield { path, at };
	}
}

function isFile({ at }: Place): boolean {
	const { descriptor, stats } = openForLooking(at);
	closeSync(descriptor);
	return stats.isFile();
}

/** The numbers of a file's lines that match; a file that is not text, or cannot be read, has none. */
async function* matchingLines(at: string, thread: PatternThread, scope: Scope): AsyncGenerator<number> {
	await using file = await openRegular({ at, shown: at }).catch(() => undefined);
	if (file === undefined) return;
	const source = byteSourceOf(file.handle, Number(file.stats.size), scope.signal);
	const first = await source.read(0, pieceSize);
	const encoding = detectEncoding(first, first.length === source.size);
	if (encoding === undefined) return;
	const decoder = createDecoder(encoding);
	const room = Buffer.allocUnsafe(pieceSize);
	let line = 1;
	let rest = '';
	for (let position = encoding.bom; position < source.size; position += pieceSize) {
		const lines = `${rest}${decoder.write(await source.read(position, pieceSize, room))}`.split('\n');
		rest = (lines.pop() ?? '').slice(0, longestLine);
		for (const index of await thread.matching(lines)) yield line + index;
		line += lines.length;
	}
	if (rest !== '' && (await thread.matching([rest])).length > 0) yield line;
}
