import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import { createPage, pathKey } from '../../page.ts';
import { refusalOf } from '../../territory.ts';
import { onPath } from '../errno.ts';
import { openForLooking } from '../held-folder.ts';
import type { Place, Places, Scope } from '../places.ts';
import { asGiven } from '../survey.ts';
import { type MatchedLine, readMatches } from './matched-lines.ts';
import type { Matcher } from './matcher.ts';

export interface SearchRequest {
	readonly path: string;
	readonly pattern: string;
	/** Whether the pattern is the text itself. */
	readonly literal: boolean;
	readonly case: 'sensitive' | 'insensitive' | 'smart';
	readonly glob?: string | undefined;
	readonly hidden: boolean;
	readonly gitignore: boolean;
	/** Lines shown before and after each match. */
	readonly context: number;
	readonly limit: number;
	readonly cursor?: string | undefined;
}

/** A line that matches, before anybody has read it. */
export interface Position {
	/** Relative to where the search began; empty where that is a file. */
	readonly path: string;
	/** Counted from 1. */
	readonly line: number;
	/** Where in the file the match is, in bytes, where that is known. */
	readonly offset?: number;
}

export interface SearchAnswer {
	readonly matches: readonly (MatchedLine & { readonly path: string })[];
	/** Lines that match, those of other pages included. */
	readonly total: number;
	/** Whether everything was searched; if not, there may be more. */
	readonly isComplete: boolean;
	readonly nextCursor?: string;
}

/** Most matching lines that are looked at in one search. */
export const positionLimit = 100_000;

/** How long one search may take, in ms. */
const deadline = 30_000;

/**
 * A matcher says where; what a line holds is then read through a held folder, so that whatever was swapped meanwhile,
 * nothing from outside comes back.
 */
export async function search(
	places: Places,
	matcher: Matcher,
	request: SearchRequest,
	scope: Scope,
): Promise<SearchAnswer> {
	using place = await places.pin(request.path, 'see', scope);
	return await onPath(place.shown, async () => {
		refuseSpecial(place);
		const timeout = AbortSignal.timeout(deadline);
		const signal = AbortSignal.any([scope.signal, timeout]);
		const page = createPage<Position>(request.limit, request.cursor);
		let total = 0;
		try {
			const mayRead = readableIn(place);
			for await (const position of matcher.positions(place, request, { ...scope, signal })) {
				if (!mayRead(position.path)) continue;
				total += 1;
				const key = [0, `${pathKey(position.path)}\0${String(position.line).padStart(12, '0')}`] as const;
				if (page.takes([...key])) page.add([...key], position);
				if (total >= positionLimit) break;
			}
		} catch (error) {
			if (!timeout.aborted || scope.signal.aborted) throw error;
			if (total === 0) throw tooSlow(error);
		}
		const { items, ...rest } = page.finish();
		const isComplete = total < positionLimit && !timeout.aborted;
		return { matches: await read(places, place, items, request.context, scope), total, isComplete, ...rest };
	});
}

async function read(places: Places, start: Place, positions: readonly Position[], context: number, scope: Scope) {
	const byPath = Map.groupBy(positions, ({ path }) => path);
	const lines: (MatchedLine & { readonly path: string })[] = [];
	for (const [path, found] of byPath) {
		const full = join(start.path, path);
		// A file that is gone, swapped or not to be read by now is left out.
		const matched = await readMatches(places, full, found, context, scope).catch(leftOut);
		for (const line of matched) lines.push({ path: asGiven(full, start.territory), ...line });
	}
	return lines;
}

function leftOut(error: unknown): readonly MatchedLine[] {
	if (error instanceof Fault) return [];
	throw error;
}

/** Even the number of matches would tell what a file holds that is not to be read. */
function readableIn({ path: start, territory }: Place): (path: string) => boolean {
	let last = { path: '', isReadable: refusalOf(start, 'read', territory, '') === undefined };
	return (path) => {
		if (path !== last.path)
			last = { path, isReadable: refusalOf(join(start, path), 'read', territory, '') === undefined };
		return last.isReadable;
	};
}

function refuseSpecial({ at, shown }: Place): void {
	const { descriptor, stats } = openForLooking(at);
	closeSync(descriptor);
	if (!stats.isDirectory() && !stats.isFile())
		throw new Fault('unsupported', `${shown} is neither a folder nor a regular file.`);
}

function tooSlow(cause: unknown): Fault {
	return new Fault('timeout', `The search took longer than ${deadline / 1000} s and found nothing until then.`, {
		hint: 'Search a smaller folder, or give a glob.',
		cause,
	});
}
