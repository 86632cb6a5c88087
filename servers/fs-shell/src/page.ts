import { Fault } from '@switchboard/kit';
import { z } from 'zod';

/** What a list is ordered by, then by path, so that no two entries are equal. */
export const SortKey = z.tuple([z.number(), z.string()]);
export type SortKey = z.infer<typeof SortKey>;

export function compareKeys(a: SortKey, b: SortKey): number {
	if (a[0] !== b[0]) return a[0] - b[0];
	return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}

/** A path as it sorts: a folder's entries right behind it. */
export function pathKey(path: string): string {
	return path.replaceAll('/', '\0');
}

/** Where a list goes on, as text that nobody needs to read. */
export function cursorOf(last: SortKey): string {
	return Buffer.from(JSON.stringify(last)).toString('base64url');
}

export function readCursor(cursor: string | undefined): SortKey | undefined {
	if (cursor === undefined) return undefined;
	try {
		return SortKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
	} catch (cause) {
		throw new Fault('invalid_input', 'cursor: is not one that a former answer gave.', { cause });
	}
}

/** The first `limit` of whatever is added, in order; never much more is held. */
export interface Page<T> {
	/** Whether something of this key could still be on the page. */
	takes(key: SortKey): boolean;
	add(key: SortKey, item: T): void;
	finish(): { readonly items: readonly T[]; readonly nextCursor?: string };
}

export function createPage<T>(limit: number, cursor: string | undefined): Page<T> {
	const after = readCursor(cursor);
	let held: { readonly key: SortKey; readonly item: T }[] = [];
	let worst: SortKey | undefined;

	function trim(most: number): void {
		held = held.sort((a, b) => compareKeys(a.key, b.key)).slice(0, most);
		worst = held.length === most ? held.at(-1)?.key : undefined;
	}

	return {
		takes: (key) =>
			(after === undefined || compareKeys(key, after) > 0) && (worst === undefined || compareKeys(key, worst) < 0),
		add(key, item) {
			held.push({ key, item });
			// One more than the page is kept, to know whether there is another.
			if (held.length >= limit * 4 + 100) trim(limit + 1);
		},
		finish() {
			trim(limit + 1);
			const last = held.length > limit ? held[limit - 1] : undefined;
			const items = held.slice(0, limit).map(({ item }) => item);
			return { items, ...(last !== undefined && { nextCursor: cursorOf(last.key) }) };
		},
	};
}
