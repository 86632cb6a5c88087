/** A document from outside: nothing in it is taken to be what its specification promises. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): JsonObject {
	return isObject(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

export function stringOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

/** A member of the object's own, never one it inherits. */
export function member(value: unknown, name: string): unknown {
	return (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, name)
		? (value as JsonObject)[name]
		: undefined;
}

/** What a JSON pointer (`/a/b~1c`, or `#/a`) leads to; undefined where it leads nowhere. */
export function atPointer(root: unknown, pointer: string): unknown {
	const path = pointer.startsWith('#') ? decodeFragment(pointer.slice(1)) : pointer;
	if (path === '') return root;
	if (path === undefined || !path.startsWith('/')) return undefined;
	let value = root;
	for (const step of path.slice(1).split('/')) value = member(value, step.replaceAll('~1', '/').replaceAll('~0', '~'));
	return value;
}

function decodeFragment(fragment: string): string | undefined {
	try {
		return decodeURIComponent(fragment);
	} catch {
		return undefined;
	}
}

/** Follows `$ref`s within a document; a chain without end leads to nothing. */
export type Follow = (value: unknown) => JsonObject;

const longestChain = 30;

export function createFollow(document: JsonObject): Follow {
	return (value) => {
		let current = value;
		for (let hop = 0; hop < longestChain; hop += 1) {
			const ref = stringOf(member(current, '$ref'));
			if (ref === undefined) return objectOf(current);
			current = atPointer(document, ref);
		}
		return {};
	};
}
