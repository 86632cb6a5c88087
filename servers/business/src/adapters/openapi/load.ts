import { readFile } from 'node:fs/promises';
import { Fault, type SafeFetch } from '@switchboard/kit';
import type { ApiAbout } from '../../api/apis.ts';
import { type Scheme, schemesOf } from '../../api/auth.ts';
import { type JsonObject, objectOf, stringOf } from '../../api/json.ts';
import type { Operation } from '../../api/operation.ts';
import { listOperations, type OperationEntry, type Skipped } from '../../api/operations.ts';
import { serverUrl } from '../../api/request.ts';
import type { Schema } from '../../api/schema.ts';
import type { Rank } from './ranking.ts';
import type { Source, Sources } from './sources.ts';
import type { CheckArguments } from './validator.ts';

export interface UsedOperation {
	readonly operation: Operation;
	readonly args: Schema;
	/** Compiled when arguments are first checked. */
	check?: CheckArguments;
}

/** An API ready for use: its document, its operations, and what is made of them on first need. */
export interface Api {
	readonly source: Source;
	readonly document: JsonObject;
	readonly title: string;
	readonly version: string;
	readonly server: string;
	readonly schemes: readonly Scheme[];
	readonly operations: readonly OperationEntry[];
	readonly skipped: readonly Skipped[];
	find(op: string): OperationEntry;
	rank(): Promise<Rank>;
	/** Operations used before, by name and media type. */
	readonly used: Map<string, UsedOperation>;
}

/** The bytes of a document, from a path of the configuration, an URL, or the store. */
export async function fetchSource(
	source: Source,
	sources: Sources,
	fetch: SafeFetch,
	signal: AbortSignal,
	allowed: readonly string[],
): Promise<Buffer> {
	const { id, document, allowOrigins } = source;
	if (document === undefined) return sources.document(id);
	if (webAddress(document) !== undefined) return fetchDocument(document, fetch, signal, [...allowOrigins, ...allowed]);
	return readFile(document).catch((cause: unknown) => {
		throw new Fault('not_found', `The document of connection ${id} cannot be read.`, {
			hint: 'Its path stands in the Agent’s configuration.',
			cause,
		});
	});
}

/** Where a document was fetched from, if that is a place that relative addresses can count from. */
export function webAddress(document: string | undefined): string | undefined {
	return document !== undefined && /^https?:/i.test(document) ? document : undefined;
}

export async function fetchDocument(
	url: string,
	fetch: SafeFetch,
	signal: AbortSignal,
	allowed: readonly string[],
): Promise<Buffer> {
	const headers = { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' };
	const response = await fetch(url, { headers, signal }, allowed);
	if (!response.ok) throw new Fault('not_found', `The document’s address answered ${response.status}.`);
	return Buffer.from(await response.arrayBuffer());
}

/** Reads what the bytes say; `where` is their URL, against which relative addresses count. */
export async function openApi(
	source: Source,
	bytes: Buffer,
	where: string | undefined,
	fetch: SafeFetch,
	signal: AbortSignal,
	allowed: readonly string[],
): Promise<Api> {
	const { readDocument } = await import('./read.ts');
	const parts = [...source.allowOrigins, ...allowed];
	const document = await readDocument(bytes, where, async (url) =>
		String(await fetchDocument(url, fetch, signal, parts)),
	);
	const server = source.server?.replace(/\/$/, '') ?? serverUrl(document.servers, where);
	if (server === undefined) {
		throw new Fault('invalid_input', 'The document does not say where its service is.', {
			hint: 'Name the server: https://api.example.com/v1.',
		});
	}
	const { operations, skipped } = listOperations(document);
	const [offered, refused] = separate(operations, source);
	const info = objectOf(document.info);
	const byId = new Map(
		offered.flatMap(
			(entry) =>
				[
					[entry.id, entry],
					[`${entry.method.toUpperCase()} ${entry.path}`, entry],
				] as const,
		),
	);
	let rank: Promise<Rank> | undefined;
	return {
		source,
		document,
		title: (stringOf(info.title) ?? source.id).slice(0, 200),
		version: (stringOf(info.version) ?? '').slice(0, 60),
		server,
		schemes: schemesOf(document),
		operations: offered,
		skipped: [...skipped, ...refused.map(({ id }) => ({ op: id, reason: 'the connection does not allow it' }))],
		find(op) {
			const entry = byId.get(op);
			if (entry === undefined)
				throw new Fault('not_found', `${source.id} has no such operation.`, {
					hint: 'api_search returns the names of operations.',
				});
			return entry;
		},
		rank() {
			rank ??= import('./ranking.ts').then(({ createRank }) => createRank(offered));
			return rank;
		},
		used: new Map(),
	};
}

function separate(
	operations: readonly OperationEntry[],
	{ allow, deny }: Source,
): readonly [OperationEntry[], OperationEntry[]] {
	const may = ({ id, method, path }: OperationEntry) => {
		const names = [id, `${method.toUpperCase()} ${path}`];
		const fits = (patterns: readonly string[]) =>
			patterns.some((pattern) => names.some((name) => matches(pattern, name)));
		return (allow.length === 0 || fits(allow)) && !fits(deny);
	};
	return [operations.filter(may), operations.filter((entry) => !may(entry))];
}

/** `*` stands for anything. Compared piece by piece, so that no pattern is slow. */
function matches(pattern: string, name: string): boolean {
	const [first = '', ...rest] = pattern.split('*');
	if (rest.length === 0) return pattern === name;
	if (!name.startsWith(first)) return false;
	let at = first.length;
	const last = rest.pop() ?? '';
	for (const piece of rest) {
		const found = name.indexOf(piece, at);
		if (found === -1) return false;
		at = found + piece.length;
	}
	return name.length - at >= last.length && name.endsWith(last);
}

export function aboutOf({ source, title, version, operations, server }: Api): ApiAbout {
	return { id: source.id, title, version, operations: operations.length, origin: new URL(server).origin };
}
