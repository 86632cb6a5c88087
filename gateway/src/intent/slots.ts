import type { TargetKind } from '@switchboard/kit/effect';
import type { Card } from '@switchboard/kit/wire';
import { words } from './terms.ts';

/** What an input can take, as far as its schema says. */
export type Accepts =
	| 'path'
	| 'glob'
	| 'url'
	| 'uri'
	| 'email'
	| 'phone'
	| 'date'
	| 'amount'
	| 'currency'
	| 'number'
	| 'boolean'
	| 'choice'
	/** A kind of record: contact, invoice. */
	| 'kind'
	| 'command'
	| 'name'
	| 'title'
	| 'message'
	| 'query'
	| 'ref'
	| 'id'
	| 'text'
	| 'object';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One input of a Card, read for what it takes. */
export interface Slot {
	readonly name: string;
	/** The words of its name, by which an instruction can call it. */
	readonly words: readonly string[];
	readonly accepts: readonly Accepts[];
	readonly schema: JsonSchema;
	readonly description: string;
	readonly required: boolean;
	/** The input that may be given instead. */
	readonly instead: string | undefined;
	readonly many: boolean;
	readonly target: TargetKind | undefined;
	readonly choices: readonly (string | number | boolean)[];
}

const byTarget: Readonly<Record<TargetKind, readonly Accepts[]>> = {
	path: ['path'],
	command: ['command'],
	origin: ['url'],
	recipient: ['email', 'name', 'phone'],
	account: ['id'],
	record: ['ref', 'id'],
	table: ['kind'],
	amount: ['amount', 'number'],
	process: ['ref', 'id'],
	artifact: ['uri'],
};

const byFormat: Readonly<Record<string, Accepts>> = {
	uri: 'url',
	'uri-reference': 'url',
	iri: 'url',
	email: 'email',
	'idn-email': 'email',
	date: 'date',
	'date-time': 'date',
	time: 'date',
	uuid: 'id',
};

/** By a word of the input's name; the last word that is known decides, since it is the noun. */
const byWord: readonly (readonly [RegExp, Accepts])[] = [
	[/^(?:path|paths|file|files|filename|folder|dir|directory|cwd|root|source|destination|dest|src|target)$/, 'path'],
	[/^(?:glob|globs|include|exclude|extension)$/, 'glob'],
	[/^(?:url|urls|link|href|website|webpage|address)$/, 'url'],
	[/^(?:uri|uris|artifact|artifacts|resource|attachments?)$/, 'uri'],
	[/^(?:email|mail|emails|recipients?|to|cc|bcc|from|sender)$/, 'email'],
	[/^(?:phone|tel|telephone|mobile|fax)$/, 'phone'],
	[
		/^(?:date|dates|day|since|until|before|after|due|deadline|when|at|start|begin|end|month|from_date|to_date)$/,
		'date',
	],
	[/^(?:amount|price|total|cost|budget|sum|revenue)$/, 'amount'],
	[/^currency$/, 'currency'],
	[/^(?:command|cmd|argv|shell)$/, 'command'],
	[/^(?:name|names|person|contact|customer|company|organisation|organization|owner|author|user)$/, 'name'],
	[/^(?:title|subject|heading|label|headline)$/, 'title'],
	[/^(?:body|text|message|content|contents|note|notes|comment|summary|description|html|markdown)$/, 'message'],
	[/^(?:query|q|search|pattern|regex|keyword|keywords|term|terms|phrase|question|topic)$/, 'query'],
	[/^(?:entity|entities|table|model|collection|kind|type)$/, 'kind'],
	[/^(?:ref|refs|element|draft|record|handle)$/, 'ref'],
	[/^(?:id|ids|uuid|key|hash|digest|token|cursor|version|accounts?)$/, 'id'],
];

/** The inputs of a Card, in its own order. */
export function slotsOf({ inputSchema, targets, effect }: Pick<Card, 'inputSchema' | 'targets' | 'effect'>): Slot[] {
	const slots = slotsOfSchema(inputSchema, targets);
	if (effect !== 'read') return slots;
	// What a reading Skill takes as text is what it looks for.
	return slots.map((slot) => ({
		...slot,
		accepts: slot.accepts.map((accepts) => (accepts === 'message' ? 'query' : accepts)),
	}));
}

export function slotsOfSchema(schema: JsonSchema, targets: Readonly<Record<string, TargetKind>> = {}): Slot[] {
	const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
	const required = Array.isArray(schema.required) ? (schema.required as readonly string[]) : [];
	return Object.entries(properties).map(([name, property]) =>
		slotOf(name, isSchema(property) ? property : {}, required.includes(name), targets[name]),
	);
}

function slotOf(name: string, property: JsonSchema, required: boolean, target: TargetKind | undefined): Slot {
	const outer = plain(property);
	const many = typeOf(outer) === 'array';
	const schema = many ? plain((outer.items ?? {}) as JsonSchema) : outer;
	const description = [outer.description, schema.description].find((one) => typeof one === 'string') as
		| string
		| undefined;
	const choices = choicesOf(schema);
	const instead = /\beither this or (\w+)/i.exec(description ?? '')?.[1];
	const about = { name, schema, description: description ?? '', target };
	return {
		...about,
		words: words(name),
		accepts: acceptsOf(about, choices),
		schema: outer,
		// A required input with a default is one the schema fills by itself; of two that exclude each other one is needed.
		required: (required || instead !== undefined) && outer.default === undefined,
		instead,
		many,
		choices,
	};
}

/** A union with `null` is what remains without it; of several shapes the first counts. */
function plain(schema: JsonSchema): JsonSchema {
	const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
	if (!Array.isArray(options)) return schema;
	const first = options.find((option) => option.type !== 'null');
	return first === undefined
		? schema
		: {
				...plain(first),
				...(schema.description !== undefined && { description: schema.description }),
				...(schema.default !== undefined && { default: schema.default }),
			};
}

function typeOf(schema: JsonSchema): string | undefined {
	const { type } = schema;
	if (Array.isArray(type)) return type.find((one) => one !== 'null');
	return typeof type === 'string' ? type : undefined;
}

function choicesOf(schema: JsonSchema): readonly (string | number | boolean)[] {
	if (Array.isArray(schema.enum)) return schema.enum.filter((one) => one !== null);
	return schema.const === undefined ? [] : [schema.const as string];
}

function acceptsOf(
	{ name, schema, description, target }: Pick<Slot, 'name' | 'schema' | 'description' | 'target'>,
	choices: readonly unknown[],
): readonly Accepts[] {
	if (choices.length > 0) return ['choice'];
	const type = typeOf(schema);
	if (type === 'boolean') return ['boolean'];
	if (type === 'object') return ['object'];
	const named = acceptedByName(name);
	if (type === 'number' || type === 'integer')
		return named === 'amount' || target === 'amount'
			? ['amount', 'number']
			: named === 'date'
				? ['date', 'number']
				: ['number'];
	const isVague = /^(?:from|to|source|target|address)$/.test(name);
	const said = [
		...(typeof schema.format === 'string' && byFormat[schema.format] !== undefined
			? [byFormat[schema.format] as Accepts]
			: []),
		// `from` and `to` may be anything: here the target says what.
		...(target !== undefined && isVague ? byTarget[target] : []),
		...(named === undefined || (target !== undefined && isVague) ? [] : [named]),
		...(named === 'email' && (target === undefined || !isVague) && /^(?:to|cc|bcc|from|sender|recipients?)$/.test(name)
			? (['name'] as const)
			: []),
		...(target === undefined ? [] : byTarget[target]),
		...byDescription(description),
	];
	return said.length === 0 ? ['text'] : [...new Set(said)];
}

/** What a name says a value is. */
export function acceptedByName(name: string): Accepts | undefined {
	for (const word of words(name).reverse()) {
		const known = byWord.find(([pattern]) => pattern.test(word));
		if (known !== undefined) return known[1];
	}
	return undefined;
}

/** Only what a description says beyond doubt in its first words. */
function byDescription(description: string): readonly Accepts[] {
	const start = description.slice(0, 60).toLowerCase();
	const found: Accepts[] = [];
	if (/\b(?:subject|title) of\b/.test(start)) found.push('title');
	if (/\b(?:url|web address)\b/.test(start)) found.push('url');
	if (/\b(?:e-?mail) address/.test(start)) found.push('email');
	if (/\b(?:glob)\b/.test(start)) found.push('glob');
	if (/\b(?:file|folder|directory)(?: or \w+)? (?:to|path)\b|\bpath (?:of|to)\b/.test(start)) found.push('path');
	if (/\biso 8601|\bdate\b/.test(start)) found.push('date');
	if (/\bcommand line\b/.test(start)) found.push('command');
	return found;
}

/** Foreign schemas hold `true`, `null` and worse where a schema is expected. */
function isSchema(value: unknown): value is JsonSchema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
