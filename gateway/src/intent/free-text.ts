import type { Accepts } from './accepts.ts';
import { chineseWordAt } from './chinese.ts';
import { blanked } from './literals.ts';
import type { Slot } from './slots.ts';
import type { Words } from './step-words.ts';
import { cardTerms } from './terms.ts';
import { wordsOfCommand } from './value-for.ts';
import type { Value } from './values.ts';
import { bareClause, isLoneVerb } from './verbs.ts';

/** Inputs that plain words can fill; an address or a number cannot be made of them. */
const takesWords: ReadonlySet<Accepts> = new Set<Accepts>(['query', 'text', 'message', 'title', 'name', 'command']);

const about =
	/\b(?:for|about|containing|contains?|matching|mentioning|with the words?|whether)\s+(?=\S)|(?:关于|包含|含有)/iu;
const called = /\b(?:named|called|titled|entitled|name is)\s+(?=\S)|(?:名为|叫做|叫|名字是)/iu;
const telling = /\b(?:that|with|to say)\s+(?=\S)/iu;

/** The words of a step that no other input has taken, for a required input made of words. */
export function freeText(slot: Slot, words: Words): unknown {
	const [kind = 'text'] = slot.accepts;
	if (!takesWords.has(kind) || slot.choices.length > 0) return undefined;
	if (kind === 'command') return commandOf(slot, words);
	const rest = restOf(words, [...words.used]);
	const found =
		kind === 'name' || kind === 'title'
			? afterCue(rest, called)
			: kind === 'message'
				? afterCue(rest, telling)
				: (afterCue(rest, about) ?? withoutVerb(rest));
	return asText(slot, withoutPlace(tidy(found), words.about));
}

/** Without where it is, when that is what the Skill works on anyway: "the login button on the page". */
function withoutPlace(text: string | undefined, about: ReadonlySet<string>): string | undefined {
	const match =
		text === undefined ? null : /\s(?:on|in|from|of)\s(?:the|this|my|that)\s([\p{L}-]+(?:\s[\p{L}-]+)?)$/iu.exec(text);
	return match !== null && cardTerms(match[1] ?? '').some((stem) => about.has(stem))
		? text?.slice(0, match.index)
		: text;
}

const phraseEnd =
	/\s+(?:for|with|in|on|to|at|from|over|worth|about|by|of|and|due|that|which|is|are|as)\s|[,;:，。：]/iu;

/** A name that stands behind the kind of thing: "create a deal Website relaunch for Example Ltd". */
export function phraseFor(slot: Slot, words: Words): unknown {
	if (slot.many || !slot.words.some((word) => word === 'name' || word === 'title')) return undefined;
	for (const kind of words.heard) {
		const match = new RegExp(`(?<![\\p{L}\\p{N}])${kind}\\s+(?=\\S)`, 'iu').exec(words.text);
		if (match === null) continue;
		const start = match.index + match[0].length;
		const value = words.values.find((one) => one.start === start && (one.kind === 'quoted' || one.kind === 'name'));
		const masked = blanked(
			words.text,
			words.values.filter(({ kind: one }) => one === 'quoted'),
			'x',
		);
		const end = start + (phraseEnd.exec(` ${masked.slice(start)} `)?.index ?? masked.length - start + 1) - 1;
		const text = value?.kind === 'quoted' ? value.text : tidy(words.text.slice(start, Math.max(start, end)));
		if (text === undefined || text === '' || isOnlyReference(text)) continue;
		for (const one of words.values)
			if (one.start >= start && one.end <= Math.max(end, value?.end ?? 0)) words.used.add(one);
		return text;
	}
	return undefined;
}

/** What follows a colon, when nothing else has taken it: as far as it belongs to no other input. */
export function restSaid(slot: Slot, words: Words): unknown {
	const said = words.values.find((value) => value.kind === 'saying' && !words.used.has(value));
	if (said === undefined || !slot.accepts.some((accepts) => accepts === 'message' || accepts === 'title') || slot.many)
		return undefined;
	const inner = [...words.used].filter((value) => value.start >= said.start && value.kind === 'date');
	// Names inside a sentence are part of it, a name alone is not a sentence.
	if ([...words.used].some((value) => value.start === said.start)) return undefined;
	const text = tidy(
		restOf(
			{ ...words, text: words.text.slice(said.start, said.end) },
			inner.map((value) => moved(value, said.start)),
		),
	);
	if (text === undefined || text === '') return undefined;
	words.used.add(said);
	return text;
}

function moved(value: Value, by: number): Value {
	return { ...value, start: value.start - by, end: value.end - by };
}

/** All behind the verb, but the place it is to run in. */
function commandOf(slot: Slot, words: Words): unknown {
	const given = [...words.used].filter(({ kind }) => kind === 'path' || kind === 'number');
	const line = tidy(withoutVerb(restOf(words, given)))?.replace(
		/^(?:the )?(?:command|shell command|script|命令)[:：]?\s+/iu,
		'',
	);
	if (line === undefined || line === '' || isOnlyReference(line)) return undefined;
	return slot.many ? wordsOfCommand(line) : line;
}

const lead =
	/\s*(?:[,，]\s*)?(?:\b(?:and|with|in|inside|within|under|at|on|to|into|from|of|as|for|by|using|a|an|the|timeout|due)\s+)*$/i;

const leading = /^(?:(?:in|into|on|to|at|from|with|the|a|an)\s+)+/i;

/** The step without the values that were given away and the little words that led to them. */
function restOf({ text }: Words, given: readonly Value[]): string {
	let rest = text;
	for (const { start, end } of given.toSorted((a, b) => b.start - a.start)) {
		const from = lead.exec(rest.slice(0, start))?.index ?? start;
		rest = `${rest.slice(0, from)}\n${rest.slice(end)}`;
	}
	const parts = rest
		.split('\n')
		.map((part) => part.trim())
		.filter((part) => /[\p{L}\p{N}]/u.test(part));
	const [first = '', second] = parts;
	// A verb alone has its object behind what was taken out of the middle: "type … into the search box".
	return second !== undefined && isLoneVerb(first) ? `${first} ${second.replace(leading, '')}` : bareClause(first);
}

function withoutVerb(text: string): string {
	const chinese = chineseWordAt(text, 0);
	return chinese === undefined ? text.replace(/^\S+\s*/, '') : text.slice(chinese.length);
}

function afterCue(text: string, cue: RegExp): string | undefined {
	const match = cue.exec(text);
	return match === null ? undefined : text.slice(match.index + match[0].length);
}

function tidy(text: string | undefined): string | undefined {
	return text
		?.trim()
		.replace(/^(?:for|about|that|the|a|an|all|any|my|some)\s+(?=\S)/i, '')
		.replace(/[\s,，.。;；!?！？:：]+$/u, '')
		.trim();
}

function asText(slot: Slot, text: string | undefined): unknown {
	if (text === undefined || text === '' || isOnlyReference(text)) return undefined;
	return slot.many ? [text] : text;
}

function isOnlyReference(text: string): boolean {
	return /^(?:it|them|that|this|these|those|one|me|us|everything|something|the \w+|that \w+|this \w+|its \w+|它们?|这个|那个)$/iu.test(
		text,
	);
}
