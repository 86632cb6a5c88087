import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Target } from '@switchboard/kit/effect';
import type { Grant } from './grants.ts';

/** What a call acts on with the true place of every path beside its name, since a link must not lead round a rule. */
export async function withRealPaths(targets: readonly Target[], grants: readonly Grant[]): Promise<readonly Target[]> {
	// Looking at the disk costs time, and only rules about paths need it.
	if (!grants.some((grant) => grant.targets?.path !== undefined)) return targets;
	const places = await Promise.all(
		targets.map(async ({ kind, value }) => (kind === 'path' ? await realPlaceOf(value) : undefined)),
	);
	const named = new Set(targets.flatMap(({ kind, value }) => (kind === 'path' ? [value] : [])));
	const real = new Set(places.filter((place) => place !== undefined && !named.has(place)));
	return [...targets, ...[...real].map((value) => ({ kind: 'path' as const, value: value as string }))];
}

/** With all links followed; of what is not there yet, as far as it is. */
async function realPlaceOf(path: string): Promise<string | undefined> {
	// On Windows a look at a network path would sign in there.
	if (!isAbsolute(path) || path.startsWith('\\\\')) return undefined;
	const rest: string[] = [];
	for (let known = path; ; known = dirname(known)) {
		const place = await realpath(known).catch(() => undefined);
		if (place !== undefined) return join(place, ...rest);
		if (dirname(known) === known) return undefined;
		rest.unshift(basename(known));
	}
}
