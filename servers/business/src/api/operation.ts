import { Fault } from '@switchboard/kit';
import { createFollow, type Follow, isObject, type JsonObject, listOf, objectOf, stringOf } from './json.ts';
import type { OperationEntry } from './operations.ts';
import { createSchemaCollector, isJsonType, type Schema } from './schema.ts';

export type Location = 'path' | 'query' | 'header' | 'cookie';

export interface Parameter {
	/** Its name among the arguments: the parameter's own, with its place in front where two share it. */
	readonly key: string;
	readonly name: string;
	readonly in: Location;
	readonly required: boolean;
	readonly style: string;
	readonly explode: boolean;
	readonly allowReserved: boolean;
	/** Its value is sent as one JSON text. */
	readonly json: boolean;
	readonly schema: Schema;
}

export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

export interface Body {
	readonly required: boolean;
	readonly mediaType: string;
	readonly kind: BodyKind;
	readonly schema: Schema;
	readonly encoding: JsonObject;
	/** Other media types that could be asked for. */
	readonly others: readonly string[];
}

/** One operation with all that is needed to build its request. */
export interface Operation extends OperationEntry {
	readonly params: readonly Parameter[];
	readonly body: Body | undefined;
	readonly definitions: Readonly<Record<string, Schema>>;
	/** Alternatives, each a set of scheme names; none means nothing is wanted. */
	readonly security: readonly (readonly string[])[];
	readonly server: string | undefined;
	/** The header in which the service takes an idempotency key. */
	readonly idempotencyHeader: string | undefined;
	/** The argument that holds the body. */
	readonly bodyKey: 'body' | 'requestBody';
}

/** These the transport or the media type decides. */
const ignoredHeaders = new Set([
	'accept',
	'content-type',
	'authorization',
	'host',
	'content-length',
	'transfer-encoding',
	'connection',
	'cookie',
	'expect',
	'upgrade',
	'te',
	'keep-alive',
]);

export function readOperation(document: JsonObject, entry: OperationEntry, wantedType: string | undefined): Operation {
	const follow = createFollow(document);
	const collector = createSchemaCollector(document);
	const shared = follow(objectOf(document.paths)[entry.path]);
	const operation = objectOf(shared[entry.method]);
	const found = parametersOf(shared, operation, follow);
	const params = withKeys(
		found
			.map((parameter) => readParameter(parameter, follow, (schema) => collector.add(schema)))
			.filter((parameter) => parameter !== undefined),
	);
	const body =
		operation.requestBody === undefined
			? undefined
			: readBody(follow(operation.requestBody), (schema) => collector.add(schema), follow, wantedType);
	return {
		...entry,
		params: params.filter((parameter) => !isIdempotency(parameter)),
		body,
		definitions: collector.definitions(),
		security: securityOf(operation.security ?? document.security),
		server: stringOf(objectOf(listOf(operation.servers ?? shared.servers)[0]).url),
		idempotencyHeader: params.find(isIdempotency)?.name,
		bodyKey: params.some(({ key }) => key === 'body') ? 'requestBody' : 'body',
	};
}

/** The kit knows the key, so nobody is asked for it. */
function isIdempotency({ in: place, name }: Parameter): boolean {
	return place === 'header' && /^(x-)?idempotency-key$/i.test(name);
}

/** An operation's own parameters stand in for those of its path. */
function parametersOf(shared: JsonObject, operation: JsonObject, follow: Follow): readonly JsonObject[] {
	const byPlace = new Map<string, JsonObject>();
	for (const raw of [...listOf(shared.parameters), ...listOf(operation.parameters)]) {
		const parameter = follow(raw);
		byPlace.set(`${parameter.in} ${parameter.name}`, parameter);
	}
	return [...byPlace.values()];
}

function readParameter(
	parameter: JsonObject,
	follow: Follow,
	collect: (schema: unknown) => Schema,
): Parameter | undefined {
	const { name, in: place } = parameter;
	if (typeof name !== 'string' || !isLocation(place)) return undefined;
	if (place === 'header' && (ignoredHeaders.has(name.toLowerCase()) || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)))
		return undefined;
	const style = stringOf(parameter.style) ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple');
	const [mediaType, media] = Object.entries(objectOf(parameter.content))[0] ?? [];
	const schema = collect(media === undefined ? parameter.schema : follow(media).schema);
	const description = stringOf(parameter.description);
	return {
		key: name,
		name,
		in: place,
		required: place === 'path' || parameter.required === true,
		style,
		explode: typeof parameter.explode === 'boolean' ? parameter.explode : style === 'form',
		allowReserved: parameter.allowReserved === true,
		json: mediaType !== undefined && isJsonType(mediaType),
		schema:
			description === undefined || schema.description !== undefined
				? schema
				: { ...schema, description: description.slice(0, 500) },
	};
}

function isLocation(place: unknown): place is Location {
	return place === 'path' || place === 'query' || place === 'header' || place === 'cookie';
}

function withKeys(params: readonly Parameter[]): readonly Parameter[] {
	const count = (name: string) => params.filter((other) => other.name === name).length;
	return params.map((parameter) =>
		count(parameter.name) > 1 ? { ...parameter, key: `${parameter.in}.${parameter.name}` } : parameter,
	);
}

const order: readonly BodyKind[] = ['json', 'form', 'multipart', 'text', 'binary'];

function readBody(
	body: JsonObject,
	collect: (schema: unknown) => Schema,
	follow: Follow,
	wantedType: string | undefined,
): Body | undefined {
	const offered = Object.entries(objectOf(body.content)).map(([mediaType, media]) => ({
		mediaType,
		media: follow(media),
		kind: kindOf(mediaType),
	}));
	const ranked = offered.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
	const chosen =
		wantedType === undefined
			? ranked[0]
			: ranked.find(({ mediaType }) => mediaType.toLowerCase() === wantedType.toLowerCase());
	if (chosen === undefined) {
		if (wantedType === undefined) return undefined;
		throw new Fault('invalid_input', 'contentType is not one that this operation takes.', {
			hint: 'api_describe lists them.',
		});
	}
	const { mediaType, media, kind } = chosen;
	return {
		required: body.required === true,
		mediaType,
		kind,
		schema: collect(media.schema),
		encoding: objectOf(media.encoding),
		others: ranked.flatMap((other) => (other === chosen ? [] : [other.mediaType])),
	};
}

function kindOf(mediaType: string): BodyKind {
	const type = mediaType.toLowerCase().split(';')[0]?.trim() ?? '';
	if (isJsonType(type) || type === '*/*') return 'json';
	if (type === 'application/x-www-form-urlencoded') return 'form';
	if (type.startsWith('multipart/')) return 'multipart';
	if (
		type.startsWith('text/') ||
		/^application\/(?:[\w.+-]+\+)?(?:xml|yaml)$/.test(type) ||
		type === 'application/x-ndjson'
	)
		return 'text';
	return 'binary';
}

/** Schemes wanted together make one alternative; an empty one means that nothing is wanted. */
function securityOf(security: unknown): readonly (readonly string[])[] {
	return listOf(security)
		.filter(isObject)
		.map((requirement) => Object.keys(requirement));
}
