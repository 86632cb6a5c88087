import { groupOf } from './likeness.ts';
import { blanked } from './literals.ts';
import type { Slot } from './slots.ts';
import type { Words } from './step-words.ts';
import { cardTerms, words as wordsIn } from './terms.ts';
import { bareClause } from './verbs.ts';

/** A choice or a yes that the words make, or nothing. */
export function chosenFor(slot: Slot, words: Words): unknown {
	if (slot.accepts.includes('boolean')) return flagFor(slot, words);
	if (slot.choices.length === 0) return undefined;
	if (slot.choices.length === 1) return slot.required ? slot.choices[0] : undefined;
	const said = saidChoices(slot, words);
	if (said.length === 0 || (!slot.many && said.length > 1)) return undefined;
	if (slot.required) for (const choice of said) words.heard.add(String(choice).toLowerCase());
	return slot.many ? said : said[0];
}

/** "To me", where the input's description knows the word. */
export function selfFor(slot: Slot, words: Words): unknown {
	if (!slot.accepts.includes('email') || !slot.description.includes('"me"')) return undefined;
	if (!/\b(?:to|for) (?:me|myself)\b|(?:给|发给)(?:我|自己)/iu.test(plainWords(words))) return undefined;
	return slot.many ? ['me'] : 'me';
}

/** The kind of record that is meant, where the input's description lists the kinds there are. */
export function kindFor(slot: Slot, words: Words): unknown {
	if (!slot.accepts.includes('kind')) return undefined;
	const listed = /\b(?:such as|e\.g\.|like|one of)\s+(.+)$/i.exec(slot.description)?.[1] ?? '';
	const said = cardTerms(plainWords(words));
	const kinds = wordsIn(listed).filter((kind) => cardTerms(kind).some((stem) => said.includes(stem)));
	const [kind] = [...new Set(kinds)].sort((a, b) => placeOf(said, a) - placeOf(said, b));
	if (kind === undefined) return undefined;
	words.heard.add(kind);
	return slot.many ? [kind] : kind;
}

function placeOf(said: readonly string[], kind: string): number {
	return said.findIndex((stem) => cardTerms(kind).includes(stem));
}

/** Words outside of values, since a file called `name.txt` orders nothing by name. */
function plainWords({ text, values }: Words): string {
	return blanked(text, values).toLowerCase();
}

function saidChoices(slot: Slot, words: Words): Slot['choices'] {
	const text = plainWords(words);
	const exact = slot.choices.filter((choice) => {
		const parts = wordsIn(String(choice));
		return parts.length > 0 && parts.every((part) => isSaid(text, part, slot));
	});
	const longest = longestOf(exact);
	if (longest.length === 1 || slot.many || !slot.required) return longest;
	// "note a task" makes a task: the first word says what to do, the others with what.
	const named = longest.filter((choice) => !bareClause(text).startsWith(String(choice).toLowerCase()));
	if (named.length === 1) return named;
	return alikeChoice(slot, text, longest.length === 0 ? slot.choices : longest);
}

/** One word may stand for the other, both ways: a CRM holds companies, but is none. */
function isAlike(one: string, other: string): boolean {
	return groupOf(other).includes(one) && groupOf(one).includes(other);
}

/** The choice nearest to the verb: "add a company for the deal" adds a company. */
function alikeChoice(slot: Slot, text: string, among: Slot['choices']): Slot['choices'] {
	for (const stem of cardTerms(text)) {
		const alike = among.filter((choice) => cardTerms(String(choice)).some((one) => one === stem || isAlike(one, stem)));
		const same = alike.filter((choice) => cardTerms(String(choice)).includes(stem));
		const meant = same.length > 0 ? same : alike;
		if (meant.length === 1) return meant;
		if (meant.length > 1) return slot.choices.length === meant.length ? [] : meant.slice(0, 1);
	}
	return [];
}

/** An optional choice must be made, not only mentioned: "as text", "sorted by size", "format markdown", "high priority". */
function isSaid(text: string, part: string, slot: Slot): boolean {
	if (isVerb(text, part)) return true;
	const match = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(part)}s?(?![\\p{L}\\p{N}])`, 'u').exec(text);
	if (match === null) return false;
	if (slot.required) return true;
	const before = wordsIn(text.slice(0, match.index)).slice(-2);
	const after = wordsIn(text.slice(match.index + match[0].length)).slice(0, 1);
	const naming = slot.words.flatMap(cardTerms);
	const isNamed = [...before, ...after].some((word) => cardTerms(word).some((stem) => naming.includes(stem)));
	return isNamed || before.slice(-1).some((word) => /^(?:as|by|via|用|按|以)$/.test(word));
}

/** "Forward it", "append a line": what is to be done is the choice. */
function isVerb(text: string, choice: string): boolean {
	const [first = ''] = wordsIn(bareClause(text));
	return cardTerms(first).some((stem) => cardTerms(choice).some((own) => own === stem || isAlike(own, stem)));
}

/** `title` inside `subtitle text` is not chosen twice. */
function longestOf(choices: Slot['choices']): Slot['choices'] {
	return choices.filter(
		(choice) => !choices.some((other) => other !== choice && String(other).includes(String(choice))),
	);
}

const denial = /^(?:no|not|without|exclude|excluding|except|non|ignore|ignoring|不含|不)$/;

function flagFor(slot: Slot, words: Words): boolean | undefined {
	const own = slot.words.flatMap(cardTerms).filter((stem) => !['includ', 'with', 'has', 'is'].includes(stem));
	if (own.length === 0) return undefined;
	const spoken = wordsIn(plainWords(words));
	const at = spoken.findIndex((word) => cardTerms(word).includes(own[0] ?? ''));
	if (at < 0 || !own.every((stem) => spoken.some((word) => cardTerms(word).includes(stem)))) return undefined;
	return !spoken.slice(Math.max(0, at - 2), at).some((word) => denial.test(word));
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
