import type { Entry } from '../gateway.ts';
import { type Filling, fillCard, freshWords, type Words } from './fill.ts';
import { promiseOf } from './promise.ts';
import { handedOver, isHandle } from './recall.ts';
import { type Slot, slotsOf } from './slots.ts';

/** A Skill that gives what another one needs, with the arguments the same words give it. */
export interface Supplier {
	readonly entry: Entry;
	readonly gives: readonly string[];
}

/**
 * The Skill that hands over the references another one cannot do without: what sends a draft needs one that was written.
 * The Cards must say so, by naming it or by the names of what comes back; and the words must suffice for it.
 */
export function supplierFor(
	entry: Entry,
	filling: Filling,
	words: Words,
	ranked: readonly Entry[],
): Supplier | undefined {
	const lacking = lackingHandles(entry, filling);
	// "That one" is not to be looked for: it was there before, or nobody knows what is meant.
	if (lacking.length === 0 || lacking.length < filling.needs.length || words.references.some(({ deictic }) => deictic))
		return undefined;
	const able = ranked.filter(
		(other) => other !== entry && other.agent === entry.agent && isHarmless(other) && gives(other, lacking),
	);
	const told = able.filter((other) => isTold(entry, lacking, other));
	const willing = (told.length > 0 ? told : able.filter(({ card }) => card.effect === 'read')).find((other) => {
		const tried = fillCard(other.card, freshWords(words));
		return tried.needs.length === 0 && tried.missing === undefined && Object.keys(tried.args).length > 0;
	});
	return willing === undefined ? undefined : { entry: willing, gives: lacking.map(({ name }) => name) };
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
