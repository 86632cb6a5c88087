import type { TargetKind } from '@switchboard/kit/effect';
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

/** What is known of an input. */
export interface InputFacts {
	readonly name: string;
	readonly description: string;
	readonly target: TargetKind | undefined;
	readonly type: string | undefined;
	readonly format: unknown;
}

/** What an input takes, the likeliest first. */
export function acceptsOf({ name, description, target, type, format }: InputFacts): readonly Accepts[] {
	if (type === 'boolean') return ['boolean'];
	if (type === 'object') return ['object'];
	const named = acceptedByName(name);
	if (type === 'number' || type === 'integer')
		return numeric(named === 'amount' || target === 'amount' ? 'amount' : named);
	// `from` and `to` may be anything: where there is a target, it says what.
	const isVague = target !== undefined && /^(?:from|to|source|target|address)$/.test(name);
	const byItsTarget = target === undefined ? [] : byTarget[target];
	const isPerson = named === 'email' && !isVague && /^(?:to|cc|bcc|from|sender|recipients?)$/.test(name);
	const said = [
		typeof format === 'string' ? byFormat[format] : undefined,
		...(isVague ? byItsTarget : [named]),
		isPerson ? ('name' as const) : undefined,
		...byItsTarget,
		...byDescription(description),
	].filter((accepts) => accepts !== undefined);
	return said.length === 0 ? ['text'] : [...new Set(said)];
}

function numeric(named: Accepts | undefined): readonly Accepts[] {
	return named === 'amount' || named === 'date' ? [named, 'number'] : ['number'];
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
