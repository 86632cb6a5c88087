import { closeSync, readlinkSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Fault } from '@switchboard/kit';
import { createPage, pathKey, type SortKey } from '../page.ts';
import { refusalOf, type Territory } from '../territory.ts';
import { onPath } from './errno.ts';
import { globMatcher } from './globs.ts';
import { openForLooking } from './held-folder.ts';
import { createIgnoreFiles } from './ignore-files.ts';
import type { Place, Places, Scope } from './places.ts';
import type { EntryKind } from './regular-file.ts';
import { type Entry, walk } from './walk.ts';

/** Which entries are looked at. */
export interface Reach {
	readonly depth: number;
	/** Whether names that begin with a dot are. */
	readonly hidden: boolean;
	/** Whether what ignore files name is left out. */
	readonly gitignore: boolean;
}

export interface SurveyRequest extends Reach {
	readonly path: string;
	readonly glob?: string | undefined;
	readonly type?: EntryKind | undefined;
	readonly minSize?: number | undefined;
	readonly maxSize?: number | undefined;
	/** In ms since 1970. */
	readonly modifiedAfter?: number | undefined;
	readonly modifiedBefore?: number | undefined;
	readonly sort: 'name' | 'size' | 'modified';
	readonly limit: number;
	readonly cursor?: string | undefined;
}

export interface Found {
	/** As other Skills take it: relative to the first root, or absolute. */
	readonly path: string;
	readonly type: EntryKind;
	readonly size: number;
	readonly modified: string;
	/** Where a link points. */
	readonly target?: string;
}

export interface SurveyAnswer {
	readonly folder: string;
	readonly entries: readonly Found[];
	readonly nextCursor?: string;
}

/** What is below a folder, in order, a page at a time; of a folder of a million only a page is held. */
export async function survey(places: Places, request: SurveyRequest, scope: Scope): Promise<SurveyAnswer> {
	using place = await places.pin(request.path, 'see', scope);
	return await onPath(place.shown, async () => {
		const matches = request.glob === undefined ? () => true : globMatcher(request.glob);
		const page = createPage<Found>(request.limit, request.cursor);
		const byName = request.sort === 'name';
		for await (const entry of entriesIn(places, place, request, scope)) {
			if (!matches(entry.path) || (request.type !== undefined && request.type !== entry.kind)) continue;
			if (byName && !page.takes([0, pathKey(entry.path)])) continue;
			const found = describe(entry, place, request);
			const key: SortKey = [found === undefined ? 0 : rankOf(found, request.sort), pathKey(entry.path)];
			if (found !== undefined && page.takes(key)) page.add(key, found);
		}
		const { items, ...rest } = page.finish();
		return { folder: place.path, entries: items, ...rest };
	});
}

/** Everything below a place that may be seen, no link followed. */
export async function* entriesIn(places: Places, place: Place, reach: Reach, scope: Scope): AsyncGenerator<Entry> {
	mustBeFolder(place);
	const ignored = reach.gitignore ? await createIgnoreFiles(place, places, scope) : undefined;
	const isSeen = (path: string, name: string, isFolder: boolean): boolean =>
		(reach.hidden || !name.startsWith('.')) &&
		(!isFolder || refusalOf(join(place.path, path), 'see', place.territory, path) === undefined) &&
		ignored?.ignores(path, isFolder) !== true;
	const options = {
		depth: reach.depth,
		signal: scope.signal,
		mayEnter: (path: string, name: string) => name !== '.git' && isSeen(path, name, true),
		...(ignored !== undefined && { onFolder: ignored.enter }),
	};
	for await (const entry of walk(place.at, options)) {
		if (isSeen(entry.path, entry.name, entry.kind === 'folder')) yield entry;
	}
}

function mustBeFolder({ at, shown }: Place): void {
	const { descriptor, stats } = openForLooking(at);
	closeSync(descriptor);
	if (stats.isDirectory()) return;
	throw new Fault('invalid_input', `${shown} is not a folder.`, { hint: 'fs_stat and fs_read are for files.' });
}

function describe(entry: Entry, { path, territory }: Place, request: SurveyRequest): Found | undefined {
	const stats = entry.stats();
	if (stats === undefined) return undefined;
	const size = Number(stats.size);
	const modified = Number(stats.mtimeMs);
	const { minSize = 0, maxSize = Number.POSITIVE_INFINITY } = request;
	const { modifiedAfter = Number.NEGATIVE_INFINITY, modifiedBefore = Number.POSITIVE_INFINITY } = request;
	if (size < minSize || size > maxSize || modified < modifiedAfter || modified > modifiedBefore) return undefined;
	const target = entry.kind === 'link' ? linkTarget(entry.at) : undefined;
	return {
		path: asGiven(join(path, entry.path), territory),
		type: entry.kind,
		size,
		modified: new Date(modified).toISOString(),
		...(target !== undefined && { target }),
	};
}

/** Large and new come first. */
function rankOf({ size, modified }: Found, sort: SurveyRequest['sort']): number {
	if (sort === 'name') return 0;
	return sort === 'size' ? -size : -Date.parse(modified);
}

function linkTarget(at: string): string | undefined {
	try {
		return readlinkSync(at);
	} catch {
		return undefined;
	}
}

/** A real path in the shortest form that other Skills take. */
export function asGiven(path: string, { roots: [first] }: Territory): string {
	if (first === undefined) return path;
	const inner = relative(first, path);
	if (inner === '') return '.';
	return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? path : inner;
}
