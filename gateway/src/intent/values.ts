import { datesIn, type SaidDate } from './adapters/dates.ts';
import { blanked, type LiteralKind, literalsOf } from './literals.ts';
import { namesIn } from './names.ts';
import { amountsIn, numbersIn } from './numbers.ts';
import { bareWordsIn } from './plain-words.ts';
import { sayingCue } from './saying.ts';

export type ValueKind = LiteralKind | 'phone' | 'date' | 'amount' | 'number' | 'name' | 'place' | 'called' | 'saying';

/** Something an instruction names that an input could take. */
export interface Value {
	readonly kind: ValueKind;
	readonly text: string;
	readonly start: number;
	readonly end: number;
	/** The words before it, nearest first, as far as they belong to it. */
	readonly before: readonly string[];
	readonly number?: number;
	/** What the number counts, or the currency of an amount. */
	readonly unit?: string;
	readonly date?: SaidDate;
	/** What follows a colon may be what is to be said, or only what is to be done. */
	readonly doubtful?: boolean;
}

const herePattern =
	/\b(?:this|the current|current|the working|my working) (?:folder|directory|dir|project|repo(?:sitory)?|workspace)\b|\b(?:working directory|over here|in here|here)\b|(?:这个|此|本|当前)(?:文件夹|目录|项目)/giu;
const phonePattern =
	/(?<![\w.+-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{1,5}\)[\s.-]?)?\d{1,5}(?:[\s.-]?\d{2,8}){1,4}(?![\w-])/gu;

/** Every value an instruction spells out, in order; none overlaps another but what is said. */
export function valuesIn(text: string, now: Date): Value[] {
	const values: Value[] = [];
	let rest = text;
	const take = (kind: ValueKind, start: number, end: number, value: string, more: Partial<Value> = {}) => {
		values.push({ kind, text: value, start, end, before: [], ...more });
		rest = blanked(rest, [{ start, end }], '\u0000');
	};
	for (const { kind, value, start, end } of literalsOf(text)) take(kind, start, end, value);
	for (const { index, 0: said } of rest.matchAll(herePattern)) take('path', index, index + said.length, '.');
	for (const amount of amountsIn(rest))
		take('amount', amount.start, amount.end, text.slice(amount.start, amount.end), {
			number: amount.number,
			unit: amount.currency,
		});
	for (const date of datesIn(rest, now)) take('date', date.start, date.end, text.slice(date.start, date.end), { date });
	for (const { index, 0: said } of rest.matchAll(phonePattern)) {
		if (said.replaceAll(/\D/g, '').length >= 7) take('phone', index, index + said.length, said.trim());
	}
	for (const { start, end, number, unit } of numbersIn(rest))
		take('number', start, end, text.slice(start, end), { number, ...(unit !== undefined && { unit }) });
	for (const { kind, start, end } of bareWordsIn(rest)) take(kind, start, end, text.slice(start, end));
	for (const { start, end } of namesIn(rest)) take('name', start, end, text.slice(start, end));
	const said = sayingIn(text, values);
	// A value ends what belongs to the next one.
	return [...values, ...(said === undefined ? [] : [said])]
		.map((value) => ({ ...value, before: wordsBefore(rest, value.start) }))
		.sort((a, b) => a.start - b.start);
}

/** What is to be said: all that follows "saying", or the quotation there. */
function sayingIn(text: string, values: readonly Value[]): Value | undefined {
	const literals = values.filter(
		({ kind }) => kind === 'quoted' || kind === 'code' || kind === 'url' || kind === 'uri' || kind === 'path',
	);
	const cue = sayingCue.exec(blanked(text, literals, '\u0001'));
	if (cue === null) return undefined;
	const start = cue.index + cue[0].length;
	const quoted = values.find(
		(value) => value.kind === 'quoted' && value.start <= start + 1 && value.start >= start - 1,
	);
	const end = quoted?.end ?? text.trimEnd().length;
	const said =
		quoted?.text ??
		text
			.slice(start, end)
			.replace(/^that\s+/i, '')
			.replace(/[。.]$/, '');
	return said === ''
		? undefined
		: { kind: 'saying', text: said, start, end, before: [], doubtful: /^[:：]/.test(cue[0]) };
}

const fillers = new Set(
	'a an the is are was be as of equal equals set named called titled my our his her their its number no than'.split(
		' ',
	),
);

/** Nearest first; a comma or the end of a sentence ends what belongs to a value. */
function wordsBefore(text: string, start: number): string[] {
	const clause = /[^,;.!?，。；！？\n\0]*$/u.exec(text.slice(0, start).replace(/["'“„‘「『`([]+$/u, ''))?.[0] ?? '';
	const said = clause.toLowerCase().match(/\p{Script=Han}{1,4}$|[\p{L}\p{N}@-]+/gu) ?? [];
	return said
		.slice(-6)
		.reverse()
		.filter((word) => !fillers.has(word));
}
