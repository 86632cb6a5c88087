/** What can be recognised in an instruction by its spelling alone. */
export type LiteralKind = 'quoted' | 'code' | 'url' | 'uri' | 'email' | 'path' | 'glob';

/** A piece of an instruction that is a value, not words: it is never split, and never taken for what is to be done. */
export interface Literal {
	readonly kind: LiteralKind;
	/** The value without quotes and trailing punctuation. */
	readonly value: string;
	readonly start: number;
	readonly end: number;
}

const topDomains =
	'com|org|net|edu|gov|io|dev|app|info|biz|test|example|localhost|local|internal|ai|co|eu|uk|de|fr|at|ch|it|nl|es|pl|cn|jp|kr|in|us|ca|au|br';
const stop = `\\s<>"'\`，。；、！？）」』”’`;

/** In order: what comes first claims its place, so that a path inside quotes stays quoted. */
const patterns: readonly (readonly [LiteralKind, RegExp])[] = [
	['code', /```(?:\w*\n)?([\s\S]*?)```|`([^`\n]+)`/gu],
	[
		'quoted',
		/"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|「([^」]*)」|『([^』]*)』|(?<![\p{L}\p{N}])'([^'\n]+(?:'(?=\p{L})[^'\n]+)*)'(?!\p{L})|(?<!\p{L})‘([^’\n]+)’/gu,
	],
	[
		'email',
		/(?<![\p{L}\p{N}._%+-])(?:mailto:)?([\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8})/gu,
	],
	['url', new RegExp(`(?:https?|wss?|ftp)://[^${stop}]+`, 'giu')],
	// "Files ending in .csv" are meant by their ending.
	['glob', /(?<=\b(?:ending (?:in|with|on)|extension|suffix)\s)(\*?\.[a-z\d]{1,8})\b/giu],
	// A record by its reference: crm:contact:k3v9. A time of day has no letters.
	['uri', /(?<![\w:/.@-])[a-z][\w-]{0,40}(?::[\w.-]{1,100}){2,6}(?![\w:/])/giu],
	['uri', new RegExp(`\\b[a-z][a-z0-9+.-]{1,30}://[^${stop}]+`, 'giu')],
	[
		'url',
		new RegExp(
			`(?<![\\w./@-])(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d{1,5}(?:/[^${stop}]*)?|/[^${stop}]*)`,
			'giu',
		),
	],
	[
		'url',
		new RegExp(
			`(?<![\\w./@-])(?:www\\.)?(?:[a-z0-9][a-z0-9-]*\\.)+(?:${topDomains})(?::\\d{1,5})?(?:/[^${stop}]*)?(?![\\w@])`,
			'giu',
		),
	],
	[
		'glob',
		/(?<![\w/*.~@-])(?:~?\/|\.{1,2}\/)?(?:[\w.@{}[\],*-]{1,100}\/){0,30}[\w.@{}[\],-]{0,100}\*[\w.*@{}[\],/-]{0,200}/gu,
	],
	[
		'path',
		/(?<![\p{L}\p{N}/\\.])(?:~|\.{1,2})?(?:\/[^\s"'`<>|,;:，。；、（）()/]+)+\/?|(?<![\p{L}\p{N}.])(?:~|\.{1,2})\/|(?<![\p{L}\p{N}])[A-Za-z]:\\[^\s"'`<>|,;]+/gu,
	],
	[
		'path',
		/(?<![\w/@.+-])(?:[\w@+-][\w.@+-]{0,100}\/){1,30}[^\s"'`<>|,;:，。；、（）()/]+\.[A-Za-z0-9]{1,8}(?![\w/@])/gu,
	],
	[
		'path',
		/(?<![\w/@.+-])[\w@+-][\w.@+-]{0,200}\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,8}(?![\w/@])|(?<![^\s])[^\s\p{ASCII}，。；、]{1,100}\.[A-Za-z0-9]{1,8}(?![\w/@])/gu,
	],
	['path', /(?<![\w/@.-])(?:[\w@.+-]{1,100}\/){2,30}[\w@.+-]{0,100}|(?<![\w/@.+-])[\w@.+-]{1,100}\/(?=[\s,;.]|$)/gu],
	[
		'path',
		/(?<![\w/@.-])(?:\.[a-z][\w-]+(?:\.[\w-]+)*|README|LICEN[CS]E|CHANGELOG|CONTRIBUTING|Makefile|Dockerfile)(?![\w./@-])/gu,
	],
];

/** Abbreviations and versions that look like file names. */
const notPaths = /^(?:e\.g|i\.e|a\.m|p\.m|etc|vs|v?\d+(?:\.\d+)*(?:\.x)?|node\.js|and\/or)\.?$/i;

/** Nobody spells out more; what has more is a text. */
const mostLiterals = 200;

/** The literals of a text, in order, none overlapping another. */
export function literalsOf(text: string): Literal[] {
	const found: Literal[] = [];
	for (const [kind, pattern] of patterns) {
		for (const match of text.matchAll(pattern)) {
			if (found.length >= mostLiterals) break;
			const literal = literalOf(kind, match);
			if (literal === undefined || found.some(({ start, end }) => literal.start < end && start < literal.end)) continue;
			found.push(literal);
		}
	}
	return found.sort((a, b) => a.start - b.start);
}

function literalOf(kind: LiteralKind, match: RegExpExecArray): Literal | undefined {
	const whole = match[0];
	const inner = match.slice(1).find((group) => group !== undefined);
	const start = match.index;
	if (kind === 'quoted' || kind === 'code')
		return { kind, value: (inner ?? '').trim(), start, end: start + whole.length };
	const bare = trimmed(whole);
	if (bare === '' || (kind === 'path' && notPaths.test(bare))) return undefined;
	if (kind === 'glob' && bare.startsWith('.')) return { kind, value: `*${bare}`, start, end: start + bare.length };
	const value = kind === 'email' ? bare.replace(/^mailto:/i, '') : bare;
	if (kind === 'uri' && /^file:\/\//i.test(value))
		return { kind: 'path', value: decodeFileUrl(value), start, end: start + bare.length };
	return { kind, value, start, end: start + bare.length };
}

/** Without the punctuation that belongs to the sentence; a bracket stays where it was opened inside. */
function trimmed(text: string): string {
	const rest = text.replace(/[.,;:!?]+$/, '');
	const open = { ')': '(', ']': '[', '}': '{' }[rest.at(-1) ?? ''];
	const isExtra = open !== undefined && rest.split(rest.at(-1) ?? '').length > rest.split(open).length;
	if (isExtra) return trimmed(rest.slice(0, -1));
	return rest;
}

function decodeFileUrl(value: string): string {
	const path = value.replace(/^file:\/\/(?:localhost)?/i, '');
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/** The text with each span filled over, at the same length, so that places stay comparable. */
export function blanked(text: string, spans: readonly Pick<Literal, 'start' | 'end'>[], filler = ' '): string {
	let rest = text;
	for (const { start, end } of spans) rest = rest.slice(0, start) + filler.repeat(end - start) + rest.slice(end);
	return rest;
}
