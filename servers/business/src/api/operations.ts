import { createFollow, isObject, type JsonObject, listOf, objectOf, stringOf } from './json.ts';

export const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
export type Method = (typeof methods)[number];

/** One operation as the list of a document shows it; the rest is looked up when it is used. */
export interface OperationEntry {
	/** The document's operationId where it is usable and unique, else `GET /path`. */
	readonly id: string;
	readonly method: Method;
	readonly path: string;
	readonly summary: string;
	readonly description: string;
	readonly tags: readonly string[];
	readonly parameters: readonly string[];
}

export interface Skipped {
	readonly op: string;
	readonly reason: string;
}

export interface OperationList {
	readonly operations: readonly OperationEntry[];
	readonly skipped: readonly Skipped[];
}

const maxOperations = 50_000;

/** The operations of a document that can be called, and why others cannot. */
export function listOperations(document: JsonObject): OperationList {
	const follow = createFollow(document);
	const ids = countIds(document, follow);
	const operations: OperationEntry[] = [];
	const skipped: Skipped[] = [];
	for (const [path, item] of Object.entries(objectOf(document.paths))) {
		const shared = follow(item);
		for (const method of methods) {
			const operation = shared[method];
			if (!isObject(operation) || operations.length >= maxOperations) continue;
			const reason =
				reasonToSkip(path, method, operation) ??
				undeclared(path, [...listOf(shared.parameters), ...listOf(operation.parameters)].map(follow));
			const id = idOf(method, path, operation, ids);
			if (reason === undefined) operations.push(entryOf(id, method, path, operation, shared, follow));
			else skipped.push({ op: id, reason });
		}
		if (isObject(shared.trace)) skipped.push({ op: `TRACE ${path}`, reason: 'the method TRACE is not called' });
	}
	return { operations, skipped };
}

function entryOf(
	id: string,
	method: Method,
	path: string,
	operation: JsonObject,
	shared: JsonObject,
	follow: ReturnType<typeof createFollow>,
): OperationEntry {
	const parameters = [...listOf(shared.parameters), ...listOf(operation.parameters)];
	return {
		id,
		method,
		path,
		summary: stringOf(operation.summary) ?? stringOf(shared.summary) ?? '',
		description: (stringOf(operation.description) ?? '').slice(0, 2_000),
		tags: listOf(operation.tags).filter((tag) => typeof tag === 'string'),
		parameters: parameters.flatMap((parameter) => stringOf(follow(parameter).name) ?? []),
	};
}

function reasonToSkip(path: string, method: Method, operation: JsonObject): string | undefined {
	if (!path.startsWith('/')) return 'its path does not begin with a slash';
	if (path.includes('?') || path.includes('#')) return 'its path holds a query or a fragment';
	if ((method === 'get' || method === 'head') && operation.requestBody !== undefined)
		return `a ${method.toUpperCase()} with a body is not sent`;
	return undefined;
}

function undeclared(path: string, parameters: readonly JsonObject[]): string | undefined {
	const declared = new Set(parameters.flatMap(({ in: place, name }) => (place === 'path' ? [name] : [])));
	const missing = [...path.matchAll(/\{([^{}]+)\}/g)].find(([, name]) => !declared.has(name));
	return missing === undefined ? undefined : 'a parameter in its path is not declared';
}

function countIds(document: JsonObject, follow: ReturnType<typeof createFollow>): ReadonlyMap<string, number> {
	const ids = new Map<string, number>();
	for (const item of Object.values(objectOf(document.paths))) {
		const shared = follow(item);
		for (const method of methods) {
			const id = stringOf(objectOf(shared[method]).operationId);
			if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
		}
	}
	return ids;
}

function idOf(method: Method, path: string, operation: JsonObject, ids: ReadonlyMap<string, number>): string {
	const id = stringOf(operation.operationId);
	const isUsable = id !== undefined && /^[\w.:/-]{1,120}$/.test(id) && ids.get(id) === 1;
	return isUsable ? id : `${method.toUpperCase()} ${path}`;
}

/** What calling it does to the service, as far as the method tells. */
export function effectOfMethod(method: Method): 'read' | 'send' | 'destroy' {
	if (method === 'get' || method === 'head') return 'read';
	return method === 'delete' ? 'destroy' : 'send';
}
