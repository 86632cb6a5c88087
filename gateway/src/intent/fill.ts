import type { Card } from '@switchboard/kit/wire';
import { assignValues, isExcluded, spreadOver, takeForRequired } from './assign.ts';
import { chosenFor, kindFor, selfFor } from './choices.ts';
import { recallInto, spoken } from './fill-recalled.ts';
import type { Earlier } from './findings.ts';
import { freeText, phraseFor, restSaid } from './free-text.ts';
import { nested } from './nested.ts';
import { pairedFor, patternedFor } from './pairs.ts';
import { choiceMark } from './recall.ts';
import { type Slot, slotsOf } from './slots.ts';
import { reserved, type Span, type Words, wordsOf } from './step-words.ts';
import { cardTerms } from './terms.ts';
import { valueFor } from './value-for.ts';

/** An input that is missing or not clear, and the question to ask for it. */
export interface Need {
	readonly input: string;
	readonly question: string;
	readonly choices?: readonly string[];
}

/** The arguments that the words give, and what they leave open. */
export interface Filling {
	readonly args: Readonly<Record<string, unknown>>;
	readonly needs: readonly Need[];
	/** Steps whose results were taken. */
	readonly from: readonly Earlier[];
	/** An earlier Step that was pointed at and left nothing. */
	readonly missing: Earlier | undefined;
	/** The places of the values that were taken. */
	readonly taken: readonly Span[];
	/** Several values were given where one is taken: the same Skill is meant once for each. */
	readonly spread: Spread | undefined;
}

export interface Spread {
	readonly input: string;
	readonly values: readonly unknown[];
}

export interface FillRequest {
	readonly card: Pick<Card, 'name' | 'title' | 'inputSchema' | 'targets' | 'effect'>;
	readonly text: string;
	readonly earlier: readonly Earlier[];
	readonly now: Date;
	readonly answers?: Readonly<Record<string, string>>;
	/** Places in the text that belong to another Skill of the same step. */
	readonly without?: readonly Span[];
}

/** Arguments for a Card's inputs from plain words, by rule; what is missing or ambiguous comes back as a need. */
export function fill({ card, text, earlier, now, answers = {}, without = [] }: FillRequest): Filling {
	return fillCard(card, reserved(wordsOf(text, earlier, now, answers), without));
}

export function fillCard(card: FillRequest['card'], words: Words): Filling {
	return fillSlots(slotsOf(card), { ...words, about: new Set(cardTerms(`${card.name} ${card.title}`)) }, '');
}

export function fillSlots(slots: readonly Slot[], words: Words, prefix: string): Filling {
	const args: Record<string, unknown> = {};
	const before = new Set(words.used);
	const open = () => slots.filter((slot) => !(slot.name in args) && !isExcluded(slot, slots, args));
	const give = (way: (slot: Slot, words: Words) => unknown, only: (slot: Slot) => boolean = () => true) => {
		for (const slot of open().filter(only)) {
			const value = way(slot, words);
			if (value !== undefined) args[slot.name] = value;
		}
	};
	give((slot) => answered(slot, words.answers[`${prefix}${slot.name}`]));
	give(pairedFor);
	give(patternedFor);
	give(chosenFor);
	give(kindFor);
	give(selfFor);
	give(phraseFor);
	assignValues(open(), words, args);
	const spread = spreadOver(slots, words, args);
	const recollection = recallInto(open(), words, prefix, args);
	const inner = nestInto(open(), words, prefix, args);
	give(restSaid);
	give(freeText, ({ required }) => required);
	takeForRequired(slots, words, args);
	const dangling = danglingNeed(open(), words, prefix);
	const settled = new Set([...recollection.needs, ...inner, ...dangling].map(({ input }) => input));
	const lacking =
		recollection.missing !== undefined
			? []
			: open().filter((slot) => slot.required && !settled.has(`${prefix}${slot.name}`));
	const needs = [
		...recollection.needs,
		...inner,
		...dangling,
		...lacking.map((slot) => needOf(slot, `${prefix}${slot.name}`)),
	];
	const taken = [...words.used].filter((value) => !before.has(value)).map(({ start, end }) => ({ start, end }));
	return { args, needs, taken, spread, from: recollection.from, missing: recollection.missing };
}

/** "Reply to it", with nothing before it that could be meant. */
function danglingNeed(slots: readonly Slot[], { references, earlier, text }: Words, prefix: string): readonly Need[] {
	const pointing = references.find(({ kind, deictic }) => deictic && (kind === 'it' || kind === 'result'));
	const slot = slots.find(({ required, accepts }) => !required && accepts[0] === 'ref');
	if (pointing === undefined || slot === undefined || earlier.length > 0) return [];
	const question = `What does “${text.slice(pointing.start, pointing.end)}” mean? Nothing came before it in this session.`;
	return [{ input: `${prefix}${slot.name}`, question }];
}

function answered(slot: Slot, answer: string | undefined): unknown {
	if (answer === undefined) return undefined;
	const text = answer.split(choiceMark)[0] ?? answer;
	return valueFor(slot, { kind: 'quoted', text, start: 0, end: text.length, before: [] }) ?? text;
}

function nestInto(
	slots: readonly Slot[],
	words: Words,
	prefix: string,
	args: Record<string, unknown>,
): readonly Need[] {
	return slots.flatMap((slot) => {
		const made = nested(slot, words, `${prefix}${slot.name}.`, fillSlots);
		if (made === undefined) return [];
		args[slot.name] = made.value;
		return made.needs;
	});
}

function needOf(slot: Slot, input: string): Need {
	const about = slot.description === '' ? '' : ` (${slot.description.replace(/\.$/, '')})`;
	const choices = slot.choices.map(String);
	return { input, question: `What is the ${spoken(slot)}${about}?`, ...(choices.length > 0 && { choices }) };
}
