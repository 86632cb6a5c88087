import { createHash } from 'node:crypto';
import { digestOf, Fault, type Target } from '@switchboard/kit';
import type { SchemeUse } from './auth.ts';
import { type BuiltBody, buildBody, type FilePart, type OpenFile } from './body.ts';
import { objectOf } from './json.ts';
import type { Operation, Parameter } from './operation.ts';
import { effectOfMethod } from './operations.ts';
import { cookiePairs, encode, headerValue, type Pair, pathValue, queryPairs, textOf } from './style.ts';

/** A request with everything but its secrets, which are put in when it is sent. */
export interface PlannedRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: readonly Pair[];
	readonly body: Buffer | undefined;
	readonly uses: readonly SchemeUse[];
	readonly idempotencyHeader: string | undefined;
	readonly files: readonly FilePart[];
	readonly effect: 'read' | 'send' | 'destroy';
	readonly targets: readonly Target[];
	/** The request as a human reads it. */
	readonly shown: string;
	/** Changes when a byte of it does. */
	readonly digest: string;
}

export interface RequestParts {
	readonly operation: Operation;
	readonly args: Readonly<Record<string, unknown>>;
	/** Base of every path, without a slash at its end. */
	readonly server: string;
	readonly uses: readonly SchemeUse[];
	readonly open: OpenFile;
}

/** Builds the one request that these arguments mean. */
export async function planRequest({ operation, args, server, uses, open }: RequestParts): Promise<PlannedRequest> {
	const { body, bodyKey, definitions } = operation;
	const given = operation.params.filter(({ key }) => args[key] !== undefined);
	const at = (place: Parameter['in']) => given.filter((parameter) => parameter.in === place);
	const built =
		body !== undefined && args[bodyKey] !== undefined
			? await buildBody(body, definitions, args[bodyKey], open)
			: undefined;

	const query = at('query').flatMap((parameter) => queryPairs(parameter, sentValue(parameter, args)));
	const url = urlOf(server, pathOf(operation, at('path'), args), query);
	const headers: Pair[] = [
		['accept', 'application/json, */*;q=0.5'],
		...at('header').map(
			(parameter): Pair => [parameter.name.toLowerCase(), headerValue(parameter, sentValue(parameter, args))],
		),
	];
	const cookies = at('cookie').flatMap((parameter) => cookiePairs(parameter, sentValue(parameter, args)));
	if (cookies.length > 0) headers.push(['cookie', cookies.map(([name, value]) => `${name}=${value}`).join('; ')]);
	if (built !== undefined) headers.push(['content-type', built.contentType]);
	return describeRequest(operation, url, headers, built, uses);
}

function describeRequest(
	operation: Operation,
	url: string,
	headers: readonly Pair[],
	built: BuiltBody | undefined,
	uses: readonly SchemeUse[],
): PlannedRequest {
	const method = operation.method.toUpperCase();
	const { idempotencyHeader } = operation;
	const files = built?.files ?? [];
	const secretLines = uses.map(
		({ scheme, place, name }) => `${place === 'header' ? name : `${place} ${name}`}: [secret of ${scheme}]`,
	);
	const lines = [
		`${method} ${url}`,
		...headers.map(([name, value]) => `${name}: ${value}`),
		...secretLines,
		...(idempotencyHeader === undefined ? [] : [`${idempotencyHeader.toLowerCase()}: [one per call]`]),
		...(built === undefined ? [] : ['', built.shown]),
	];
	return {
		method,
		url,
		headers,
		body: built?.bytes,
		uses,
		idempotencyHeader,
		files,
		effect: effectOfMethod(operation.method),
		targets: [
			{ kind: 'origin', value: new URL(url).origin },
			...files.map(({ uri }): Target => ({ kind: 'artifact', value: uri })),
		],
		shown: lines.join('\n'),
		digest: digestOf({
			method,
			url,
			headers,
			uses,
			body: built && createHash('sha256').update(built.bytes).digest('hex'),
		}),
	};
}

/** A parameter declared with a media type is one JSON text. */
function sentValue(parameter: Parameter, args: Readonly<Record<string, unknown>>): unknown {
	const value = args[parameter.key];
	return parameter.json ? JSON.stringify(value) : value;
}

function pathOf({ path }: Operation, params: readonly Parameter[], args: Readonly<Record<string, unknown>>): string {
	return path.replaceAll(/\{([^{}]+)\}|[^{}]+/g, (literal, name: string | undefined) => {
		if (name === undefined) return literal.replaceAll(/[^A-Za-z0-9\-._~:/@!$&'()*+,;=%]+/g, encode);
		const parameter = params.find((candidate) => candidate.name === name);
		if (parameter === undefined)
			throw new Fault('unsupported', 'The document does not say what stands in the path of this operation.');
		return pathValue(parameter, sentValue(parameter, args));
	});
}

/** The path must come out as it was built: nothing in an argument may lead elsewhere. */
function urlOf(server: string, path: string, query: readonly Pair[]): string {
	const url = `${server}${path}${query.length === 0 ? '' : `?${query.map(([name, value]) => `${name}=${value}`).join('&')}`}`;
	const parsed = URL.parse(url);
	const base = URL.parse(server);
	if (parsed === null || base === null) throw new Fault('invalid_input', 'The address of this request is no URL.');
	const wanted = `${base.pathname.replace(/\/$/, '')}${path}`;
	if (parsed.origin !== base.origin || upperTriples(parsed.pathname) !== upperTriples(wanted)) {
		throw new Fault('invalid_input', 'An argument would change the path of the request.');
	}
	return parsed.href;
}

function upperTriples(path: string): string {
	return path.replaceAll(/%[0-9a-f]{2}/gi, (triple) => triple.toUpperCase());
}

/** Server variables at their defaults, relative addresses from where the document lay; undefined where that gives no URL. */
export function serverUrl(servers: unknown, documentUrl: string | undefined): string | undefined {
	const first = Array.isArray(servers) && servers.length > 0 ? objectOf(servers[0]) : { url: '/' };
	const variables = objectOf(first.variables);
	const text = textOf(first.url).replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
		encode(textOf(objectOf(variables[name]).default)),
	);
	const url = URL.parse(text, documentUrl);
	if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
	return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}
