import { isObject, objectOf } from './json.ts';
import type { Schema } from './schema.ts';

/** Most characters of a schema that is shown. */
const maxShown = 40_000;
const deepest = 60;

/** A schema short enough to be read: without its texts if need be, then without what lies deepest. */
export function shortened(schema: Schema): Schema {
	const size = (value: unknown) => JSON.stringify(value).length;
	if (size(schema) <= maxShown) return schema;
	const bare = pruned(schema, deepest);
	if (size(bare) <= maxShown) return bare;
	const { $defs, ...rest } = bare;
	const kept: Record<string, Schema> = {};
	let room = maxShown;
	// Definitions stand in the order in which they are met, the nearest first.
	for (const [name, definition] of Object.entries(objectOf($defs))) {
		const shown = size(definition) <= room ? objectOf(definition) : {};
		room -= size(shown);
		kept[name] = shown;
	}
	const near = [deepest, 6, 4, 2].map((depth) => pruned(rest, depth)).find((shown) => size(shown) <= maxShown) ?? {};
	return { ...near, $defs: kept, $comment: 'Shortened: what is left out here is checked all the same.' };
}

const texts = new Set(['title', 'description', 'default', 'examples']);

function pruned(value: unknown, depth: number): Schema {
	const copy = (inner: unknown): unknown => {
		if (Array.isArray(inner)) return inner.map(copy);
		if (!isObject(inner)) return inner;
		return depth <= 0 ? {} : pruned(inner, depth - 1);
	};
	const entries = Object.entries(objectOf(value)).filter(
		([name, inner]) => !(texts.has(name) && typeof inner !== 'object'),
	);
	return Object.fromEntries(entries.map(([name, inner]) => [name, copy(inner)]));
}
