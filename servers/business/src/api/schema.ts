import { atPointer, isObject, type JsonObject, member, objectOf, stringOf } from './json.ts';

/** A JSON Schema (2020-12) that stands by itself: everything it refers to is in its `$defs`. */
export type Schema = JsonObject;

/** More is not carried; what lies beyond is accepted unchecked. */
const maxDefinitions = 400;
const maxDepth = 60;

/** Collects schemas of a document for one operation, each definition once, so that circles end. */
export interface SchemaCollector {
	/** The schema, safe to compile, its references pointing into `definitions`. */
	add(schema: unknown): Schema;
	definitions(): Readonly<Record<string, Schema>>;
}

type Kept = (value: unknown) => boolean;
const isNumber: Kept = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Kept = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Kept = (value) => typeof value === 'string';
const isFlag: Kept = (value) => typeof value === 'boolean';
const isNames: Kept = (value) => Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
const types = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
const isType: Kept = (value) => [value].flat().every((name) => types.has(name as string)) && [value].flat().length > 0;

/** Only what is known and well formed is kept: documents hold much that would not compile. */
const plain: Readonly<Record<string, Kept>> = {
	type: isType,
	title: isText,
	description: isText,
	format: isText,
	contentMediaType: isText,
	contentEncoding: isText,
	enum: (value) => Array.isArray(value) && value.length > 0,
	const: () => true,
	default: () => true,
	deprecated: isFlag,
	readOnly: isFlag,
	minimum: isNumber,
	maximum: isNumber,
	exclusiveMinimum: isNumber,
	exclusiveMaximum: isNumber,
	multipleOf: (value) => isNumber(value) && (value as number) > 0,
	minLength: isCount,
	maxLength: isCount,
	minItems: isCount,
	maxItems: isCount,
	minContains: isCount,
	maxContains: isCount,
	minProperties: isCount,
	maxProperties: isCount,
	uniqueItems: isFlag,
	required: isNames,
	pattern: isPattern,
};
const single = [
	'items',
	'contains',
	'additionalProperties',
	'propertyNames',
	'not',
	'if',
	'then',
	'else',
	'unevaluatedItems',
	'unevaluatedProperties',
];
const several = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const byName = ['properties', 'patternProperties', 'dependentSchemas'];

export function createSchemaCollector(document: JsonObject): SchemaCollector {
	const definitions: Record<string, Schema> = {};
	const names = new Map<string, string>();

	function reference(ref: string): Schema {
		const known = names.get(ref);
		if (known !== undefined) return { $ref: `#/$defs/${known}` };
		const target = ref.startsWith('#') ? atPointer(document, ref) : undefined;
		if (!isObject(target) || names.size >= maxDefinitions) return {};
		const name = freshName(ref, definitions);
		names.set(ref, name);
		// Reserved before its content is copied, which may lead back here.
		definitions[name] = {};
		definitions[name] = copy(target, 0);
		return { $ref: `#/$defs/${name}` };
	}

	function copyAny(value: unknown, depth: number): Schema | boolean {
		return typeof value === 'boolean' ? value : copy(value, depth);
	}

	function copy(value: unknown, depth: number): Schema {
		const schema = objectOf(value);
		if (depth > maxDepth) return {};
		const copied: Record<string, unknown> = {};
		const ref = stringOf(schema.$ref);
		if (ref !== undefined) Object.assign(copied, reference(ref));
		for (const [keyword, isKept] of Object.entries(plain)) {
			const held = member(schema, keyword);
			if (held !== undefined && isKept(held)) copied[keyword] = held;
		}
		for (const keyword of single) {
			const held = member(schema, keyword);
			if (isObject(held) || typeof held === 'boolean') copied[keyword] = copyAny(held, depth + 1);
		}
		for (const keyword of several) {
			const held = member(schema, keyword);
			if (Array.isArray(held) && held.length > 0) copied[keyword] = held.map((part) => copyAny(part, depth + 1));
		}
		for (const keyword of byName) {
			const held = member(schema, keyword);
			if (isObject(held)) copied[keyword] = copyMembers(held, keyword, depth);
		}
		return withoutReadonly(copied, document);
	}

	function copyMembers(members: JsonObject, keyword: string, depth: number): JsonObject {
		const kept = Object.entries(members).filter(([name]) => keyword !== 'patternProperties' || isPattern(name));
		return Object.fromEntries(kept.map(([name, part]) => [name, copyAny(part, depth + 1)]));
	}

	return { add: (schema) => copy(schema, 0), definitions: () => definitions };
}

/** What only the service sets is not required of a caller. */
function withoutReadonly(schema: Record<string, unknown>, document: JsonObject): Schema {
	const { required, properties } = schema;
	if (!Array.isArray(required)) return schema;
	const isReadonly = (name: string): boolean => {
		const property = objectOf(member(properties, name));
		const ref = stringOf(property.$ref);
		return property.readOnly === true || (ref !== undefined && member(atPointer(document, ref), 'readOnly') === true);
	};
	return { ...schema, required: required.filter((name: string) => !isReadonly(name)) };
}

function isPattern(value: unknown): boolean {
	try {
		return typeof value === 'string' && value.length <= 1_000 && new RegExp(value, 'u') instanceof RegExp;
	} catch {
		return false;
	}
}

function freshName(ref: string, taken: Readonly<Record<string, unknown>>): string {
	const last =
		ref
			.slice(ref.lastIndexOf('/') + 1)
			.replaceAll(/[^\w.-]/g, '_')
			.slice(0, 60) || 'schema';
	if (!Object.hasOwn(taken, last)) return last;
	for (let count = 2; ; count += 1) if (!Object.hasOwn(taken, `${last}_${count}`)) return `${last}_${count}`;
}

/** The schema itself, or the definition that it refers to. */
export function resolved(schema: unknown, definitions: Readonly<Record<string, Schema>>): Schema {
	const ref = stringOf(objectOf(schema).$ref);
	return ref === undefined ? objectOf(schema) : objectOf(definitions[ref.slice('#/$defs/'.length)]);
}

/** Whether a value of this schema is a file's content, to be given as an artifact. */
export function isBinary(schema: unknown, definitions: Readonly<Record<string, Schema>>): boolean {
	const { format, contentMediaType, contentEncoding } = resolved(schema, definitions);
	if (format === 'binary') return true;
	return typeof contentMediaType === 'string' && contentEncoding === undefined && !isJsonType(contentMediaType);
}

export function isJsonType(mediaType: string): boolean {
	return /^application\/(?:[\w.+-]+\+)?json\b/i.test(mediaType);
}
