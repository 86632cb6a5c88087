import { affinity, isCalled } from './affinity.ts';
import type { Spread } from './fill.ts';
import { isHandle, type Slot } from './slots.ts';
import type { Words } from './step-words.ts';
import { valueFor } from './value-for.ts';
import type { Value } from './values.ts';

/** How sure a value must be: a required input takes what it can get, an optional one only what is meant for it. */
const enough = { required: 0.3, handle: 0.6, optional: 0.68 };

type Args = Record<string, unknown>;

/** Gives each value to the input it suits best, the surest first. */
export function assignValues(slots: readonly Slot[], words: Words, args: Args): void {
	for (const { slot, value, score } of pairsOf(slots, words)) {
		if (score < leastFor(slot, slots) || isTaken(value, words)) continue;
		if ((slot.name in args && !slot.many) || isExcluded(slot, slots, args)) continue;
		const taken = valueFor(slot, value);
		if (taken === undefined) continue;
		args[slot.name] =
			[args[slot.name] ?? [], taken].flat().length > 1 && slot.many ? [args[slot.name] ?? [], taken].flat() : taken;
		words.used.add(value);
	}
}

function pairsOf(slots: readonly Slot[], words: Words) {
	const pairs = slots.flatMap((slot, place) =>
		words.values.map((value, at) => {
			const score = affinity(slot, value, words.heard);
			const urgency = slot.required ? 0.03 : 0;
			return { slot, value, score: score === 0 ? 0 : score + urgency - 0.01 * Math.abs(place - at) };
		}),
	);
	return pairs.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}

function leastFor(slot: Slot, slots: readonly Slot[]): number {
	if (!isWanted(slot, slots)) return enough.optional;
	// Nobody makes a reference up: a quotation is none unless it is called one.
	return isHandle(slot) ? enough.handle : enough.required;
}

/** Given instead of another one, or made needless by it. */
export function isExcluded(slot: Slot, slots: readonly Slot[], args: Readonly<Record<string, unknown>>): boolean {
	return slots.some((other) => other.name in args && (other.instead === slot.name || slot.instead === other.name));
}

/** Where nothing is required, the first thing to look for is what a search is about. */
function isWanted(slot: Slot, slots: readonly Slot[]): boolean {
	if (slot.required) return true;
	return slot.accepts.includes('query') && slots.find(({ accepts }) => accepts.includes('query')) === slot;
}

/** A value is given once; what is said holds the values inside it. */
function isTaken(value: Value, { used, values }: Words): boolean {
	if (used.has(value)) return true;
	const said = values.find(({ kind, doubtful }) => kind === 'saying' && doubtful !== true);
	const inSaid = said !== undefined && value !== said && value.start >= said.start && value.end <= said.end;
	if (inSaid && value.text !== said.text) return true;
	return [...used].some((other) => other.start < value.end && value.start < other.end);
}

/** A required input left empty takes a value from one that could do without, unless that one was called by name. */
export function takeForRequired(slots: readonly Slot[], words: Words, args: Args): void {
	const optional = slots.filter(({ required, name }) => !required && name in args);
	for (const slot of slots.filter(({ required, name }) => required && !(name in args))) {
		const pairs = pairsOf([slot], words).filter(
			({ score, value }) => score >= leastFor(slot, slots) && words.used.has(value),
		);
		for (const { value } of pairs) {
			const holder = optional.find((other) => other.name in args && args[other.name] === valueFor(other, value));
			const taken = valueFor(slot, value);
			if (holder === undefined || taken === undefined) continue;
			// A headline is made of what is said; nothing else is taken from where it was put.
			const mayTake =
				!isCalled(holder, value, words.heard) || (slot.accepts[0] === 'title' && holder.accepts[0] === 'message');
			if (!mayTake) continue;
			delete args[holder.name];
			args[slot.name] = taken;
			break;
		}
	}
}

const listable: readonly Value['kind'][] = ['path', 'url', 'email', 'glob', 'quoted', 'name'];

/** "a.txt, b.txt and c.txt" for an input that takes one. */
export function spreadOver(slots: readonly Slot[], words: Words, args: Args): Spread | undefined {
	for (const slot of slots.filter(({ many, name }) => !many && name in args)) {
		const given = words.values.find(
			(value) => words.used.has(value) && listable.includes(value.kind) && valueFor(slot, value) === args[slot.name],
		);
		if (given === undefined) continue;
		const listed = words.values.filter(
			(value) =>
				value === given || (value.kind === given.kind && !words.used.has(value) && isListedWith(words, given, value)),
		);
		if (listed.length < 2) continue;
		for (const value of listed) words.used.add(value);
		return { input: slot.name, values: listed.map((value) => valueFor(slot, value)) };
	}
	return undefined;
}

/** Only commas, "and" and values of the same list stand between. */
function isListedWith({ text, values }: Words, first: Value, other: Value): boolean {
	const [start, end] = first.end <= other.start ? [first.end, other.start] : [other.end, first.start];
	let between = text.slice(start, end);
	for (const value of values)
		if (value.start >= start && value.end <= end) between = between.replace(text.slice(value.start, value.end), '');
	return /^(?:[\s,，、]|and|和|与|以及|及)+$/iu.test(between);
}
