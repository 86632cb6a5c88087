import type { Entry } from '../gateway.ts';
import type { Favour } from './decide.ts';
import type { Filling } from './fill.ts';
import { sourcesOf } from './recall.ts';
import { slotsOf } from './slots.ts';
import type { Words } from './step-words.ts';
import { supplierFor } from './supply.ts';

/** What a Skill loses with each input it would lack, were it called with these words. */
const lackShare = 0.12;
const suppliedLack = 0.4;
/** What it gains by being of the Agent whose result the words point at. */
const kinShare = 1.1;
/** What it gains where a value that was spelled out is just what it cannot do without. */
const literalShare = 1.15;

/** What speaks for a Skill beyond its Card: that it can be called with these very words, and goes on from what was before. */
export function favourFor(words: Words, entries: readonly Entry[], fillingOf: (entry: Entry) => Filling): Favour {
	const kin = kinOf(words);
	return ({ entry }) => {
		const filling = fillingOf(entry);
		const lacking = 1 - lackShare * Math.min(3, lackOf(entry, filling, words, entries));
		return lacking * (entry.agent === kin ? kinShare : 1) * (fillsRequired(entry, filling, words) ? literalShare : 1);
	};
}

/** What another Skill can hand over is hardly lacking, but a Skill that needs no other is nearer. */
function lackOf(entry: Entry, filling: Filling, words: Words, entries: readonly Entry[]): number {
	const { needs, missing } = filling;
	if (needs.length === 0) return Number(missing !== undefined);
	return supplierFor(entry, filling, words, entries) === undefined ? needs.length : suppliedLack;
}

/** The Agent of the Step that "it" points at. */
function kinOf({ references, earlier }: Words): string | undefined {
	const [pointing] = references;
	return pointing === undefined ? undefined : sourcesOf(pointing, earlier)[0]?.entry.agent;
}

const spelledKinds = new Set(['path', 'url', 'email', 'uri']);

function fillsRequired({ card }: Entry, { args, taken }: Filling, { values }: Words): boolean {
	const spelled = values.flatMap(({ kind, start, text }) =>
		spelledKinds.has(kind) && taken.some((span) => span.start === start) ? [text] : [],
	);
	const needed = slotsOf(card).filter(({ required }) => required);
	return needed.some(({ name }) => [args[name]].flat().some((value) => spelled.includes(String(value))));
}
