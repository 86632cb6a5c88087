import type { Entry } from '../gateway.ts';
import { type Filling, fillCard } from './fill.ts';
import { promiseOf } from './promise.ts';
import { handedOver } from './recall.ts';
import { isHandle, type Slot, slotsOf } from './slots.ts';
import { freshWords, reserved, type Span, type Words } from './step-words.ts';

/** A Skill that has to come first, and why. */
export interface Supplier {
	readonly entry: Entry;
	readonly why: string;
	/** Places in the words that are not for it. */
	readonly without: readonly Span[];
}

/**
 * The Skill that has to come before another one for the same words: it hands over a reference that nobody spells out,
 * or it takes the address that the other one only works at. The Cards must say so, and the words must suffice for it.
 */
export function supplierFor(
	entry: Entry,
	filling: Filling,
	words: Words,
	ranked: readonly Entry[],
): Supplier | undefined {
	const siblings = ranked.filter((other) => other !== entry && other.agent === entry.agent && isHarmless(other));
	return handleSupplier(entry, filling, words, siblings) ?? placeSupplier(entry, filling, words, siblings);
}

/** What sends a draft needs one that was written; what clicks needs to know where. */
function handleSupplier(
	entry: Entry,
	filling: Filling,
	words: Words,
	siblings: readonly Entry[],
): Supplier | undefined {
	const lacking = lackingHandles(entry, filling);
	if (lacking.length === 0 || lacking.length < filling.needs.length) return undefined;
	// "That one" is not to be looked for: it was there before. "Send it to Bob" says what else to make of it.
	const isPointed = words.references.some(({ deictic }) => deictic);
	const without = filling.taken;
	const able = siblings.filter((other) => gives(other, lacking));
	const told = able.filter((other) => isTold(entry, lacking, other));
	const first = (told.length > 0 ? told : able.filter(({ card }) => card.effect === 'read')).find((other) => {
		const tried = fillCard(other.card, reserved(words, without));
		const isEnough = isPointed ? tried.taken.length > 0 : Object.keys(tried.args).length > 0;
		return tried.needs.length === 0 && tried.missing === undefined && isEnough;
	});
	if (first === undefined) return undefined;
	return {
		entry: first,
		without,
		why: `${entry.name} needs ${lacking.map(({ name }) => name).join(' and ')}, which ${first.name} gives.`,
	};
}

/** "Take a screenshot of http://…": the address that the Skill itself has no use for is opened first. */
function placeSupplier(entry: Entry, filling: Filling, words: Words, siblings: readonly Entry[]): Supplier | undefined {
	const address = words.values.find(
		({ kind, start }) => kind === 'url' && !filling.taken.some((span) => start >= span.start && start < span.end),
	);
	if (address === undefined || slotsOf(entry.card).some(({ accepts }) => accepts.includes('url'))) return undefined;
	const first = siblings.find((other) => {
		if (
			other.card.effect !== 'read' ||
			!slotsOf(other.card).some(({ accepts, required }) => required && accepts[0] === 'url')
		)
			return false;
		const tried = fillCard(other.card, freshWords(words));
		return tried.needs.length === 0 && tried.taken.some(({ start }) => start === address.start);
	});
	return first === undefined
		? undefined
		: { entry: first, without: [], why: `${entry.name} works at the address that ${first.name} opens.` };
}

function lackingHandles({ card }: Entry, { needs }: Filling): Slot[] {
	const inputs = new Set(needs.filter(({ choices }) => choices === undefined).map(({ input }) => input));
	return slotsOf(card).filter(
		(slot) => inputs.has(slot.name) && (isHandle(slot) || /\b[a-z]+_[a-z_]+\b/.test(slot.description)),
	);
}

/** Nobody asked for what it does by itself, so it must do nothing that stays. */
function isHarmless({ card }: Entry): boolean {
	return card.effect === 'read' || (card.effect === 'write' && card.reversible);
}

function gives(other: Entry, lacking: readonly Slot[]): boolean {
	const promise = promiseOf(other, 0);
	return lacking.every((slot) => handedOver({ ...slot, accepts: ['ref'] }, [promise]) !== undefined);
}

/** One of the two Cards names the other Skill. */
function isTold({ card }: Entry, lacking: readonly Slot[], other: Entry): boolean {
	const said = `${card.description} ${lacking.map(({ description }) => description).join(' ')}`;
	return said.includes(other.skill) || other.card.description.includes(card.name);
}
