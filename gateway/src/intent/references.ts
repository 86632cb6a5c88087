import { blanked, literalsOf } from './literals.ts';

/** A phrase that points back at what an earlier Step brought. */
export interface Reference {
	/** `it`, `the result`, `its title`, `that file`. */
	readonly kind: 'it' | 'result' | 'part' | 'thing';
	/** What is named: the part or the thing. */
	readonly noun: string | undefined;
	/** Which of several, from 0; -1 is the last. */
	readonly row: number | undefined;
	/** It points at something that was there before; "the mail from Ada" may be one still to be found. */
	readonly deictic: boolean;
	/** Each of them is meant. */
	readonly all: boolean;
	readonly start: number;
	readonly end: number;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const chineseDigits = '一二三四五六七八九十';

const resultPattern =
	/\b(?:the|that|this|these|those|its|their)\s+(?:\w+\s)?(?:results?|outputs?|answers?|response|outcome|findings?)\b|(?:上述|其|该|这些?|那些?)?(?:结果|输出)/giu;
const partPattern = /\b(?:its|their|his|her)\s+([a-z][a-z-]*)|(?:它们?|其)的?(\p{Script=Han}{2,3})/giu;
const rowPattern = new RegExp(
	String.raw`\b(?:the|its|their)\s+(?:(${ordinals.join('|')}|last|\d{1,2}(?:st|nd|rd|th)))(?!\s*(?:\d|${'two|three|four|five|six|ten|few'}))(?:\s+([a-z][a-z-]*))?|第([${chineseDigits}]|\d{1,2})(?:个|封|条|项|份|行|页)?(\p{Script=Han}{2})?|最后一?(?:个|封|条|项|份)(\p{Script=Han}{2})?`,
	'giu',
);
const allPattern =
	/\b(?:all of (?:them|these|those)|each of (?:them|these|those)|every one of them|all (?:these|those)|them all|both of them)\b|(?:它们|这些|那些)(?:全部|都)|全部/giu;
const itPattern =
	/\b(?:it|them)\b|\b(?:that|this|these|those)\b(?=\s*(?:[,.;!?]|$|\s(?:to|in|into|as|by|with|from|and|for|on)\b))|它们?|(?<=把|将|对|给)(?:这个|那个|其)/giu;
const thingPattern =
	/\b(?:the|that|this|these|those|same)\s+(?!(?:first|second|third|last|next)\b)((?:(?!of|in|to|for|with|and|at|on)[a-z-]+\s){0,1}?[a-z][a-z-]+)|(?:该|这个|那个|这份|那份|这封|那封|此|刚才的|上面的)(\p{Script=Han}{2})/giu;

/** "Them", "these files": all that came, not one of it. */
const plural = /^(?:them|these|those|their|它们|这些|那些)|^(?:the|that|same)\s(?:.*\s)?[a-z]{2,}(?<!s)s$/iu;

/** The phrases of a step that point back, the most telling first. */
export function referencesIn(text: string): Reference[] {
	let rest = blanked(text, literalsOf(text), '\uE000');
	const found: Reference[] = [];
	const collect = (pattern: RegExp, read: (match: RegExpExecArray) => Pick<Reference, 'kind'> & Partial<Reference>) => {
		for (const match of rest.matchAll(pattern)) {
			const span = { start: match.index, end: match.index + match[0].length };
			const deictic = !/^(?:the|same)\s/i.test(match[0]);
			const all = plural.test(match[0]);
			found.push({ noun: undefined, row: undefined, all, deictic, ...span, ...read(match) });
		}
		rest = blanked(rest, found);
	};
	collect(allPattern, () => ({ kind: 'it', all: true }));
	collect(resultPattern, () => ({ kind: 'result' }));
	collect(rowPattern, (match) => ({
		kind: 'thing',
		row: rowOf(match),
		noun: nounOf(match[2] ?? match[4] ?? match[5]),
	}));
	collect(partPattern, (match) => ({ kind: 'part', noun: nounOf(match[1] ?? match[2]) }));
	collect(itPattern, () => ({ kind: 'it' }));
	collect(thingPattern, (match) => ({ kind: 'thing', noun: nounOf(match[1]?.trim().split(/\s+/).at(-1) ?? match[2]) }));
	return found.sort((a, b) => a.start - b.start);
}

function nounOf(word: string | undefined): string | undefined {
	return word === undefined || /^(?:one|ones|of|in|to|and)$/i.test(word) ? undefined : word.toLowerCase();
}

function rowOf(match: RegExpExecArray): number {
	const said = (match[1] ?? match[3])?.toLowerCase();
	if (said === undefined || said === 'last') return -1;
	const spelled = ordinals.indexOf(said);
	if (spelled >= 0) return spelled;
	const chinese = chineseDigits.indexOf(said);
	return chinese >= 0 ? chinese : Number.parseInt(said, 10) - 1;
}
