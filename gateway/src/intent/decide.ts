import type { Candidate, Decision } from '../gateway.ts';
import type { Ranked, Ranking } from './rank.ts';

/**
 * Where certainty begins and ends. Chosen on instructions of our own for the four Agents, half of them near-misses:
 * see `tests/contract/routing.test.ts`.
 */
export const thresholds = {
	/** Below this, nothing here does it. */
	none: 0.36,
	/** Below this, nothing is done that changes something before it was asked about. */
	act: 0.45,
	/** As near as this to the best, and either may be meant. */
	tie: 0.97,
	/** From here on a tie is broken by rank. */
	sure: 0.75,
	/** From here on an instruction reads like an example. */
	alike: 0.45,
	/** Only what comes this near to the best is weighed against it for what it would lack. */
	rival: 0.72,
} as const;

const shown = 5;
const faintEvidence = 0.4;

/** How much a Skill gains or loses by what is known beyond its Card: 1 changes nothing. */
export type Favour = (ranked: Ranked) => number;

/** Routes, asks which one is meant, or says that nothing fits. */
export function decide(ranking: Ranking, favour: Favour = () => 1): Decision {
	const { skills, agents } = ranking;
	const named = skills.find(({ entry }) => mentions(ranking.query.text, entry.name));
	if (named !== undefined)
		return route([named, ...skills.filter((other) => other !== named)], agents, 1, [
			`The words name ${named.entry.name}.`,
		]);
	const ordered = weighed(skills.slice(0, shown), favour);
	const [best, second] = ordered;
	if (best === undefined)
		return { kind: 'none', confidence: 0, candidates: [], agents, reasons: [nothingMet(ranking)] };

	const confidence = evidenceOf(ranking, best) * confidenceOf(best);
	if (confidence < thresholds.none) {
		const candidates = ordered.map(candidateOf);
		return {
			kind: 'none',
			confidence,
			candidates,
			agents,
			reasons: [nothingMet(ranking), `The nearest is ${best.entry.name}, and it is about something else.`],
		};
	}
	const doubt = doubtOf(best, second, confidence);
	if (doubt === undefined) return route(ordered, agents, confidence, [whyBest(best, second)]);
	return { kind: 'clarify', confidence, candidates: ordered.map(candidateOf), agents, reasons: [doubt] };
}

/** Why it has to be asked which one is meant. */
function doubtOf(best: Weighed, second: Weighed | undefined, confidence: number): string | undefined {
	const isTie = second !== undefined && second.weight >= thresholds.tie * best.weight && confidence < thresholds.sure;
	if (isTie) return `${best.entry.name} and ${second.entry.name} fit equally well.`;
	const isRash = best.entry.card.effect !== 'read' && confidence < thresholds.act;
	return isRash ? `${best.entry.name} may be meant, but it would change something.` : undefined;
}

/** How much the words that met are worth at all: a value alone says nothing, a word of any sentence little. */
function evidenceOf({ query }: Ranking, { matched, likeness }: Ranked): number {
	if (query.terms.every(({ incidental }) => incidental)) return 0;
	const isFaint = query.terms.every((term) => term.isFaint || term.incidental || !matched.includes(term.word));
	return isFaint && likeness < thresholds.alike ? faintEvidence : 1;
}

type Weighed = Ranked & { readonly weight: number };

function route(
	ordered: readonly Ranked[],
	agents: Decision['agents'],
	confidence: number,
	reasons: readonly string[],
): Decision {
	return { kind: 'route', confidence, candidates: ordered.slice(0, shown).map(candidateOf), agents, reasons };
}

/** Of Skills that are close, the one that can be called with these very words comes first. */
function weighed(skills: readonly Ranked[], favour: Favour): Weighed[] {
	const best = skills[0]?.score ?? 0;
	return skills
		.map((skill) => {
			const isRival = skill.score >= thresholds.rival * best;
			return { ...skill, weight: isRival ? skill.score * favour(skill) : skill.score * 0.64 };
		})
		.sort((a, b) => b.weight - a.weight);
}

/** Either the Card speaks of most that was said, or it names an instruction like this one. */
export function confidenceOf({ coverage, likeness, entry }: Pick<Ranked, 'coverage' | 'likeness' | 'entry'>): number {
	// A Card without examples can only be judged by what it speaks of.
	if (entry.card.examples.length === 0) return coverage;
	return 1 - (1 - 0.85 * coverage) * (1 - 0.75 * likeness);
}

function candidateOf(ranked: Ranked): Candidate {
	const { entry, score, matched, likeness } = ranked;
	const reasons = [
		...(matched.length > 0 ? [`speaks of ${quoted(matched)}`] : []),
		...(likeness >= thresholds.alike ? ['reads like an instruction it serves'] : []),
		...(matched.length === 0 && ranked.prior > 0 ? [`belongs to ${entry.agent}, which is about this`] : []),
	];
	return { entry, score, reasons };
}

function whyBest(best: Weighed, second: Weighed | undefined): string {
	const about = best.matched.length > 0 ? ` speaks of ${quoted(best.matched)}` : ' is the nearest';
	const like = best.likeness >= thresholds.alike ? ' and serves instructions like this one' : '';
	const ahead =
		second === undefined
			? ''
			: `; next is ${second.entry.name} at ${Math.round((100 * second.weight) / best.weight)} %`;
	return `${best.entry.name} (${best.entry.card.title})${about}${like}${ahead}.`;
}

function nothingMet({ query }: Ranking): string {
	const words = query.terms.filter(({ incidental }) => !incidental).map(({ word }) => word);
	return words.length === 0
		? 'The words say nothing that can be done.'
		: `No Skill here does this: ${quoted(words.slice(0, 6))}.`;
}

function quoted(words: readonly string[]): string {
	return [...new Set(words)]
		.slice(0, 6)
		.map((word) => (/^an? /.test(word) ? word : `“${word}”`))
		.join(', ');
}

/** A Skill's own name in the words settles it. */
function mentions(text: string, name: string): boolean {
	if (!/[_-]/.test(name)) return false;
	const at = text.toLowerCase().indexOf(name.toLowerCase());
	return at >= 0 && !/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + name.length] ?? ' ');
}
