import { $RefParser } from '@apidevtools/json-schema-ref-parser';
import { upgrade } from '@scalar/openapi-upgrader';
import { Fault } from '@switchboard/kit';
import { load } from 'js-yaml';
import { isObject, type JsonObject, stringOf } from '../../api/json.ts';
import { maxDocumentBytes } from '../../api/limits.ts';

const maxYamlBytes = 16 * 1024 * 1024;
const maxNodes = 5_000_000;
const maxExternal = 50;

/** Fetches a part of a document that lies elsewhere. */
export type FetchPart = (url: string) => Promise<string>;

/** A document as OpenAPI 3.1, complete in itself, from the bytes of any version. */
export async function readDocument(
	bytes: Buffer,
	location: string | undefined,
	fetchPart: FetchPart,
): Promise<JsonObject> {
	const parsed = parse(bytes);
	checkVersion(parsed);
	const whole = hasExternalRefs(parsed) ? await bundle(parsed, location, fetchPart) : parsed;
	try {
		return upgrade({ ...whole }, '3.1') as unknown as JsonObject;
	} catch (cause) {
		throw new Fault(
			'invalid_input',
			'The document cannot be brought to OpenAPI 3.1: its structure is not what its version says.',
			{ cause },
		);
	}
}

function parse(bytes: Buffer): JsonObject {
	if (bytes.length > maxDocumentBytes)
		throw new Fault('too_large', `The document is larger than ${maxDocumentBytes} bytes.`);
	const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
	const value = text.trimStart().startsWith('{') ? fromJson(text) : fromYaml(text);
	if (isObject(value)) return value;
	throw new Fault('invalid_input', 'The document is not an object.');
}

function fromJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new Fault('invalid_input', 'The document is not JSON.', { cause });
	}
}

function fromYaml(text: string): unknown {
	if (text.length > maxYamlBytes)
		throw new Fault('too_large', `A document in YAML has at most ${maxYamlBytes} bytes.`, { hint: 'Give it as JSON.' });
	try {
		// Through JSON and back, so that an alias is a copy and a date a text, as in any other document.
		return bounded(load(text));
	} catch (cause) {
		if (cause instanceof Fault) throw cause;
		throw new Fault('invalid_input', 'The document is neither JSON nor YAML.', { cause });
	}
}

/** A tree of plain values; aliases within aliases are cut off before they fill the memory. */
function bounded(value: unknown, budget = { nodes: 0 }, depth = 0): unknown {
	budget.nodes += 1;
	if (budget.nodes > maxNodes || depth > 500)
		throw new Fault('too_large', 'The document is too large or nested too deeply.');
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return value.map((item) => bounded(item, budget, depth + 1));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bounded(member, budget, depth + 1)]));
}

function checkVersion({ openapi, swagger }: JsonObject): void {
	if (stringOf(swagger) === '2.0' || swagger === 2 || /^3\.[0-2](\.\d+)?$/.test(stringOf(openapi) ?? '')) return;
	throw new Fault('unsupported', 'The document is not OpenAPI 3.0, 3.1 or 3.2, nor Swagger 2.0.');
}

/** Iterative, since a document may be nested deeper than the stack. */
function hasExternalRefs(root: JsonObject): boolean {
	const pending: unknown[] = [root];
	let nodes = 0;
	while (pending.length > 0) {
		const value = pending.pop();
		if (typeof value !== 'object' || value === null) continue;
		nodes += 1;
		if (nodes > maxNodes) throw new Fault('too_large', 'The document is too large.');
		const ref = stringOf((value as JsonObject).$ref);
		if (ref !== undefined && !ref.startsWith('#')) return true;
		for (const member of Object.values(value)) pending.push(member);
	}
	return false;
}

/** Brings the parts that lie elsewhere into the document; only over the given fetch, never from this machine's files. */
async function bundle(document: JsonObject, location: string | undefined, fetchPart: FetchPart): Promise<JsonObject> {
	if (location === undefined) {
		throw new Fault('unsupported', 'The document refers to other files, and nothing says where they lie.', {
			hint: 'Import it by URL, or bundle it into one file first.',
		});
	}
	let fetched = 0;
	const web = {
		order: 1,
		canRead: /^https?:/i,
		async read({ url }: { url: string }) {
			fetched += 1;
			if (fetched > maxExternal)
				throw new Fault('too_large', `The document refers to more than ${maxExternal} other files.`);
			return await fetchPart(url);
		},
	};
	const parser = new $RefParser();
	try {
		const resolve = { file: false, http: false, web } as const;
		return (await parser.bundle(location, document as object, { resolve, continueOnError: false })) as JsonObject;
	} catch (cause) {
		if (cause instanceof Fault) throw cause;
		throw (
			faultIn(cause) ??
			new Fault('invalid_input', 'A part of the document that lies elsewhere cannot be had.', { cause })
		);
	}
}

/** The library wraps what a reader threw. */
function faultIn(error: unknown): Fault | undefined {
	for (
		let cause = error;
		cause instanceof Error;
		cause = (cause as { cause?: unknown; ioError?: unknown }).ioError ?? cause.cause
	) {
		if (cause instanceof Fault) return cause;
	}
	return undefined;
}
