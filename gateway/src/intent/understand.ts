import type { Decision, Entry } from '../gateway.ts';
import { decide } from './decide.ts';
import { type Filling, fillCard, freshWords, reserved, type Span, type Words, wordsOf } from './fill.ts';
import { type PlannedStep, planSteps } from './plan.ts';
import { promiseOf } from './promise.ts';
import type { CardIndex } from './rank.ts';
import type { Earlier } from './recall.ts';
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
		for (const step of understandStep(text, spoken, index, before, now, answers(understood.length), hold)) {
			if (step.entry !== undefined) before.push(promiseOf(step.entry, understood.length));
			understood.push(step);
		}
	}
	return understood;
}

function understandStep(
	text: string,
	spoken: number,
	index: CardIndex,
	before: readonly Earlier[],
	now: Date,
	answers: Readonly<Record<string, string>>,
	hold: PlannedStep['hold'],
): readonly Understood[] {
	const words = wordsOf(text, before, now, answers);
	const ranking = index.rank(text);
	const fillings = new Map<Entry, Filling>();
	const fillingOf = (entry: Entry) => {
		const known = fillings.get(entry) ?? fillCard(entry.card, freshWords(words));
		fillings.set(entry, known);
		return known;
	};
	const lacks = (entry: Entry) => lackOf(entry, fillingOf(entry), words, index.entries);
	const decision = chosen(
		decide(ranking, ({ entry }) => lacks(entry)),
		answers,
	);
	const entry = decision.kind === 'route' ? decision.candidates[0]?.entry : undefined;
	const filling = entry === undefined ? undefined : fillingOf(entry);
	const step: Understood = { text, spoken, decision, entry, filling, hold, without: [], why: [...decision.reasons] };
	const supplier =
		entry === undefined || filling === undefined
			? undefined
			: supplierFor(
					entry,
					filling,
					words,
					byRank(
						ranking.skills.map((one) => one.entry),
						index.entries,
					),
				);
	if (entry === undefined || supplier === undefined) return [step];
	const { entry: sooner, without, why } = supplier;
	const first: Understood = {
		...step,
		entry: sooner,
		filling: fillCard(sooner.card, reserved(words, without)),
		without,
		why: [why],
	};
	const promised = [...before, promiseOf(sooner, before.length)];
	return [first, { ...step, filling: fillCard(entry.card, wordsOf(text, promised, now, answers)) }];
}

/** What another Skill can hand over is not lacking. */
function lackOf(entry: Entry, filling: Filling, words: Words, entries: readonly Entry[]): number {
	const { needs, missing } = filling;
	if (needs.length === 0 || supplierFor(entry, filling, words, entries) !== undefined)
		return missing === undefined ? 0 : 1;
	return needs.length;
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
