import type { Card } from '@switchboard/kit/wire';
import { assignValues, isExcluded, spreadOver, takeForRequired } from './assign.ts';
import { chosenFor, kindFor, selfFor } from './choices.ts';
import { freeText, phraseFor, restSaid } from './free-text.ts';
import { groupOf } from './likeness.ts';
import { nested } from './nested.ts';
import { pairedFor, patternedFor } from './pairs.ts';
import { type Earlier, handedOver, isHandle, type Recalled, recall } from './recall.ts';
import { type Reference, referencesIn } from './references.ts';
import { type Slot, slotsOf } from './slots.ts';
import { cardTerms } from './terms.ts';
import { valueFor } from './value-for.ts';
import { type Value, valuesIn } from './values.ts';

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

/** What an instruction's words hold, read once; what has been given to an input is marked. */
export interface Words {
	readonly text: string;
	readonly values: readonly Value[];
	readonly references: readonly Reference[];
	readonly earlier: readonly Earlier[];
	readonly used: Set<Value>;
	/** Words that made a choice; they do not call an input as well. */
	readonly heard: Set<string>;
	/** Phrases that have been followed to what they mean. */
	readonly pointed: Set<Reference>;
	/** What the Skill calls itself: "on the page" says no more to one that finds on the page. */
	readonly about: ReadonlySet<string>;
	/** Answers to earlier questions, by input. */
	readonly answers: Readonly<Record<string, string>>;
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

export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Separates a choice from the words that explain it. */
export const choiceMark = ' — ';

/** Arguments for a Card's inputs from plain words, by rule; what is missing or ambiguous comes back as a need. */
export function fill({ card, text, earlier, now, answers = {}, without = [] }: FillRequest): Filling {
	return fillCard(card, reserved(wordsOf(text, earlier, now, answers), without));
}

export function fillCard(card: FillRequest['card'], words: Words): Filling {
	return fillSlots(slotsOf(card), { ...words, about: new Set(cardTerms(`${card.name} ${card.title}`)) }, '');
}

/** The same words, with some of them given away to another Skill. */
export function reserved(words: Words, spans: readonly Span[]): Words {
	const used = words.values.filter((value) => spans.some(({ start, end }) => value.start >= start && value.end <= end));
	return { ...words, used: new Set(used), heard: new Set(), pointed: new Set() };
}

/** The same words, with nothing given away yet. */
export function freshWords(words: Words): Words {
	return { ...words, used: new Set(), heard: new Set(), pointed: new Set() };
}

export function wordsOf(text: string, earlier: readonly Earlier[], now: Date, answers: Words['answers'] = {}): Words {
	const values = valuesIn(text, now);
	const said = values.find(({ kind, doubtful }) => kind === 'saying' && doubtful !== true);
	// What is to be said points at nothing here.
	const references = referencesIn(text).filter(
		({ start, end }) => said === undefined || end <= said.start || start >= said.end,
	);
	return {
		text,
		earlier,
		answers,
		values,
		references,
		used: new Set(),
		heard: new Set(),
		pointed: new Set(),
		about: new Set<string>(),
	};
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

/** From earlier results: what the words point at, or what only they can give. */
function recallInto(slots: readonly Slot[], words: Words, prefix: string, args: Record<string, unknown>) {
	const needs: Need[] = [];
	const from = new Set<Earlier>();
	let missing: Earlier | undefined;
	for (const slot of slots.toSorted((a, b) => Number(b.required) - Number(a.required))) {
		const recalled = recalledFor(slot, words);
		if (recalled === undefined) continue;
		// "Its title" is one thing and goes to one place.
		if (recalled.by?.kind === 'part') words.pointed.add(recalled.by);
		from.add(recalled.from);
		if (recalled.kind === 'found') args[slot.name] = recalled.value;
		else if (recalled.kind === 'missing') missing = recalled.from;
		else
			needs.push({
				input: `${prefix}${slot.name}`,
				question: `Which one is meant for ${spoken(slot)}?`,
				choices: recalled.choices,
			});
	}
	return { needs, from: [...from], missing };
}

function recalledFor(slot: Slot, words: Words): Recalled | undefined {
	const { earlier, pointed } = words;
	const references = words.references.filter((reference) => !pointed.has(reference));
	if (earlier.length === 0 || slot.accepts.some((accepts) => accepts === 'choice' || accepts === 'boolean'))
		return undefined;
	if (slot.required) return recall(slot, references, earlier) ?? handedOver(slot, earlier);
	return recall(
		slot,
		references.filter((reference) => isMeantFor(slot, reference, words)),
		earlier,
		true,
	);
}

/** What may stay away is only taken where it is named, "with its title", or where a handle is what the words are about. */
function isMeantFor(slot: Slot, { kind, deictic }: Reference, { text }: Words): boolean {
	if (kind === 'part') return true;
	if (!isHandle(slot)) return false;
	const stems = cardTerms(text);
	const isNamed = slot.words
		.flatMap(cardTerms)
		.some((own) => stems.some((stem) => stem === own || groupOf(stem).includes(own)));
	return isNamed || (deictic && slot.accepts[0] === 'ref');
}

function nestInto(
	slots: readonly Slot[],
	words: Words,
	prefix: string,
	args: Record<string, unknown>,
): readonly Need[] {
	return slots.flatMap((slot) => {
		const made = nested(slot, words, `${prefix}${slot.name}.`);
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

function spoken({ words, name }: Slot): string {
	return words.length === 0 ? name : words.join(' ');
}
