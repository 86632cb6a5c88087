import { chineseWordAt } from './chinese.ts';
import { blanked, literalsOf } from './literals.ts';
import { bareClause, isLoneVerb, isTask } from './verbs.ts';

/** One thing an instruction asks for, in its own words. */
export interface PlannedStep {
	readonly text: string;
	/** Why it cannot simply be done: it depends on something, or is to happen again and again. */
	readonly hold?: 'condition' | 'repetition';
}

/** More than anyone spells out; what is longer is a text, not a list of tasks. */
const mostSteps = 20;

/** How much of a clause says whether it asks for something. */
const headLength = 200;

/** Stands for a letter inside a literal, so that nothing is split there. */
const inside = '\uE000';

/**
 * The steps an instruction spells out, in order. A goal that spells out nothing stays whole:
 * this cuts sentences, it does not think of ways to a goal.
 */
export function planSteps(instruction: string, isKnownVerb?: (word: string) => boolean): PlannedStep[] {
	const text = instruction.trim();
	if (text === '') return [];
	const pieces = sentencesOf(text).flatMap((sentence) => clausesOf(sentence, isKnownVerb));
	const steps = joinProhibitions(pieces.map(bareClause).filter((piece) => /[\p{L}\p{N}]/u.test(piece)));
	if (steps.length === 0 || steps.length > mostSteps) return [stepOf(text)];
	return steps.map(stepOf);
}

function stepOf(text: string): PlannedStep {
	if (condition.test(text)) return { text, hold: 'condition' };
	if (repetition.test(text)) return { text, hold: 'repetition' };
	return { text };
}

const condition =
	/^(?:only )?(?:if|when|whenever|unless|once|as soon as|in case|should (?:the|there|any))\b|^(?:如果|若|假如|要是|一旦|只要|除非)|^当.*时/iu;
const repetition =
	/^(?:every|each) (?:\d+ )?(?:second|minute|hour|day|morning|evening|night|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday)s?\b|^(?:每天|每周|每月|每小时|每隔)/iu;
const prohibition = /^(?:but )?(?:do not|don['’]t|never|without)\b|^(?:但)?(?:不要|不用|别|请勿)/iu;

/** What is not to be done is no step: it stays with what it restrains. */
function joinProhibitions(pieces: readonly string[]): string[] {
	const steps: string[] = [];
	for (const piece of pieces) {
		const before = steps.at(-1);
		if (prohibition.test(piece) && before !== undefined) steps[steps.length - 1] = `${before}, ${piece}`;
		else steps.push(piece);
	}
	return steps;
}

const header =
	/^(?:[^:：\n]{0,60}\b(?:following|these)\b[^:：\n]{0,30}|(?:please )?(?:steps|tasks|todo|to do|plan))[:：]\s*|^[^:：\n]{0,20}(?:如下|步骤|以下)[^:：\n]{0,10}[:：]\s*/iu;
const listMark =
	/(?<=^|[\s，。；])(?:\(?\d{1,2}[.)、]|[-*•–]|step \d{1,2}[:.)]|第[一二三四五六七八九十\d]+步[:：,，]?)\s+(?=\S)|(?<=^|[\s，。；])(?:\d{1,2}[、)]|第[一二三四五六七八九十\d]+步[:：,，]?)/giu;
const ends = /[;；。！\n]+|[.!?？](?=\s+[\p{Lu}\p{Script=Han}\uE000(]|\s*$)/gu;
const abbreviation = /(?:^|[\s(])(?:dr|mr|mrs|ms|prof|st|no|vs|inc|ltd|co|corp|approx|e\.g|i\.e|etc|[a-z])$/i;

/** Lists, lines and sentences. */
function sentencesOf(text: string): string[] {
	const masked = maskOf(text);
	const start = header.exec(masked)?.[0].length ?? 0;
	const marks = [...masked.matchAll(listMark)].filter(({ index }) => index >= start);
	// One mark alone is a dash or a number, not a list.
	const cuts =
		marks.length < 2 ? [] : marks.map(({ index, 0: whole }) => ({ start: index, end: index + whole.length }));
	for (const { index, 0: whole } of masked.matchAll(ends)) {
		if (whole === '.' && abbreviation.test(masked.slice(0, index))) continue;
		cuts.push({ start: index, end: index + whole.length });
	}
	return cutAt(text, start, cuts);
}

const connectors =
	/(?:,|，)?\s*(?:\b(?:and|but) )?\b(?:then|afterwards|after that|subsequently|followed by)\b[,\s]*|(?:,|，)\s*(?:and )?(?:finally|lastly|next|also|additionally|in addition)\b[,\s]*|(?:,|，)?\s*(?:并)?(?:然后|接着|之后|随后|接下来|最后)[,，\s]*/giu;
const joints =
	/\s*(?:,|，|、)\s*(?:and |but |as well as |并且|并|以及|同时|再|and also )?|\s+(?:and also|and|as well as)\s+|(?:并且|以及|同时|并|再)(?=\p{Script=Han})/giu;
const saying =
	/\b(?:saying|that says?|telling|reading|with the (?:text|message|words|body|content))\b|[:：]\s|说|内容(?:是|为)/iu;

/** A sentence cut at "then", and at "and" or a comma where a task of its own begins. */
function clausesOf(sentence: string, isKnownVerb?: (word: string) => boolean): string[] {
	const masked = maskOf(sentence);
	if (condition.test(bareClause(masked)) || repetition.test(bareClause(masked))) return [sentence];
	const strong = [...masked.matchAll(connectors)].filter(
		({ index }) => !/\b(?:since|by|until|from|if[^,]*)\s*$/i.test(masked.slice(0, index)),
	);
	const parts = cutAt(
		sentence,
		0,
		strong.map(({ index, 0: whole }) => ({ start: index, end: index + whole.length })),
	);
	return parts.flatMap((part) => splitAtJoints(part, isKnownVerb));
}

function splitAtJoints(part: string, isKnownVerb?: (word: string) => boolean): string[] {
	const masked = maskOf(part);
	const said = saying.exec(masked)?.index ?? masked.length;
	const clauses: string[] = [];
	let from = 0;
	for (const { index, 0: joint } of masked.matchAll(joints)) {
		const end = index + joint.length;
		const [left, right] = [part.slice(from, index), part.slice(end)];
		// What is to be said may ask for things in its own words; only a quotation has an end.
		if (index < from || left.trim() === '' || (index > said && !endsQuoted(masked.slice(said, index)))) continue;
		if (!isTask(masked.slice(end, end + headLength), isKnownVerb) && !prohibition.test(right)) continue;
		if (isLoneVerb(left)) {
			const shared = withoutVerb(right);
			if (idioms.test(`${bareClause(left)} ${right}`) || shared === undefined) continue;
			clauses.push(`${left} ${shared}`);
		} else if (isTask(masked.slice(from, index).slice(0, headLength), isKnownVerb)) clauses.push(left);
		else continue;
		from = end;
	}
	return [...clauses, part.slice(from)];
}

/** Two verbs that are one deed. */
const idioms =
	/^(?:search|find|copy|cut|drag|try|go|come|click|read)(?: and)? (?:and )?(?:replace|paste|drop|see|look|type|write)\b/i;

/** What the verb of a clause acts on: "find and read a.txt" finds a.txt too. */
function withoutVerb(clause: string): string | undefined {
	const bare = bareClause(clause);
	const chinese = chineseWordAt(bare, 0);
	const rest = chinese === undefined ? bare.replace(/^\S+\s*/, '') : bare.slice(chinese.length);
	return rest.trim() === '' ? undefined : rest;
}

function endsQuoted(text: string): boolean {
	return text.trimEnd().endsWith(inside);
}

function maskOf(text: string): string {
	return blanked(text, literalsOf(text), inside);
}

/** The pieces between cuts, without what was cut out. */
function cutAt(
	text: string,
	from: number,
	cuts: readonly { readonly start: number; readonly end: number }[],
): string[] {
	const pieces: string[] = [];
	let at = from;
	for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
		if (start < at) continue;
		pieces.push(text.slice(at, start));
		at = end;
	}
	return [...pieces, text.slice(at)].filter((piece) => piece.trim() !== '');
}
