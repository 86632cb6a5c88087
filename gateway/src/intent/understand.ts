import type { Decision, Entry } from '../gateway.ts';
import { decide } from './decide.ts';
import { favourFor } from './favour.ts';
import { type Filling, fillCard } from './fill.ts';
import type { Earlier } from './findings.ts';
import { type PlannedStep, planSteps } from './plan.ts';
import { promiseOf } from './promise.ts';
import type { CardIndex } from './rank.ts';
import { freshWords, reserved, type Span, type Words, wordsOf } from './step-words.ts';
import { supplierFor } from './supply.ts';

/** One Step as it was understood, before anything runs. */
export interface Understood {
	readonly text: string;
	/** The place of its words among the steps that were spelled out. */
	readonly spoken: number;
	readonly decision: Decision;
	/** What will be called; absent where nothing fits or a choice is open. */
	readonly entry: Entry | undefined;
	/** What the words give and lack, results of earlier Steps taken as promised. */
	readonly filling: Filling | undefined;
	readonly hold: PlannedStep['hold'];
	/** Places in the text that belong to the Skill that comes after it for the same words. */
	readonly without: readonly Span[];
	readonly why: readonly string[];
}

/** Answers by step and input, as `needs` asked for them. */
export type Answers = (step: number) => Readonly<Record<string, string>>;

/** Cuts an instruction into the steps it spells out and finds the Skill for each, having done nothing. */
export function understand(
	instruction: string,
	index: CardIndex,
	remembered: readonly Earlier[],
	now: Date,
	answers: Answers = () => ({}),
): readonly Understood[] {
	const understood: Understood[] = [];
	const before = [...remembered];
	for (const [spoken, { text, hold }] of planSteps(instruction, (word) => index.verbs.has(word)).entries()) {
		const words = wordsOf(text, before, now, answers(understood.length));
		for (const step of understandStep({ words, spoken, hold, index, now })) {
			if (step.entry !== undefined) before.push(promiseOf(step.entry, understood.length));
			understood.push(step);
		}
	}
	return understood;
}

interface StepQuestion {
	readonly words: Words;
	readonly spoken: number;
	readonly hold: PlannedStep['hold'];
	readonly index: CardIndex;
	readonly now: Date;
}

function understandStep({ words, spoken, hold, index, now }: StepQuestion): readonly Understood[] {
	const { text, answers, earlier } = words;
	const ranking = index.rank(text);
	const fillingOf = remembering((entry: Entry) => fillCard(entry.card, freshWords(words)));
	const decision = chosen(decide(ranking, favourFor(words, index.entries, fillingOf)), answers);
	const entry = decision.kind === 'route' ? decision.candidates[0]?.entry : undefined;
	const about = { text, spoken, decision, hold, why: decision.reasons };
	if (entry === undefined) return [{ ...about, entry, filling: undefined, without: [] }];

	const filling = fillingOf(entry);
	const supplier = supplierFor(
		entry,
		filling,
		words,
		byRank(
			ranking.skills.map((one) => one.entry),
			index.entries,
		),
	);
	if (supplier === undefined) return [{ ...about, entry, filling, without: [] }];
	const { entry: sooner, without, why } = supplier;
	const first = {
		...about,
		entry: sooner,
		filling: fillCard(sooner.card, reserved(words, without)),
		without,
		why: [why],
	};
	const promised = [...earlier, promiseOf(sooner, earlier.length)];
	return [
		first,
		{ ...about, entry, filling: fillCard(entry.card, wordsOf(text, promised, now, answers)), without: [] },
	];
}

function remembering<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
	const made = new Map<Key, Value>();
	return (key) => {
		const value = made.get(key) ?? make(key);
		made.set(key, value);
		return value;
	};
}

function byRank(ranked: readonly Entry[], all: readonly Entry[]): readonly Entry[] {
	return [...ranked, ...all.filter((entry) => !ranked.includes(entry))];
}

/** A Skill that was asked for and chosen by name ends the doubt. */
function chosen(decision: Decision, { skill }: Readonly<Record<string, string>>): Decision {
	const candidate = decision.candidates.find(({ entry }) => entry.name === skill);
	if (decision.kind === 'route' || candidate === undefined) return decision;
	const candidates = [candidate, ...decision.candidates.filter((other) => other !== candidate)];
	return { ...decision, kind: 'route', confidence: 1, candidates, reasons: [`${candidate.entry.name} was chosen.`] };
}
