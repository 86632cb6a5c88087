import type { Entry } from '../gateway.ts';
import { createTermTable, type Fields } from './bm25f.ts';
import { type Query, readQuery } from './query.ts';
import { slotsOf } from './slots.ts';
import { cardTerms } from './terms.ts';

/** A Skill and how well it answers the words. */
export interface Ranked {
	readonly entry: Entry;
	readonly score: number;
	/** The part of the score that its Agent as a whole earned. */
	readonly prior: number;
	/** How much of what was said this Skill's Card speaks of, 0 to 1. */
	readonly coverage: number;
	/** The words that met, as they were said. */
	readonly matched: readonly string[];
}

export interface Ranking {
	readonly query: Query;
	/** Best first. */
	readonly skills: readonly Ranked[];
	readonly agents: readonly { readonly agent: string; readonly score: number }[];
}

/** Finds Skills by words. */
export interface CardIndex {
	readonly entries: readonly Entry[];
	rank(instruction: string): Ranking;
}

/** What an Agent as a whole adds to each of its Skills. */
const priorShare = 0.5;

/** Indexes the Cards in memory; `about` adds what is known of an Agent beyond its Cards. */
export function createCardIndex(entries: readonly Entry[], about: (agent: string) => string = () => ''): CardIndex {
	const agents = [...new Set(entries.map(({ agent }) => agent))];
	const skillTable = createTermTable(entries.map((entry) => fieldsOf(entry, about(entry.agent))));
	const agentTable = createTermTable(
		agents.map((agent) =>
			agentFields(
				agent,
				about(agent),
				entries.filter((entry) => entry.agent === agent),
			),
		),
	);
	const agentOf = entries.map(({ agent }) => agents.indexOf(agent));

	function rank(instruction: string): Ranking {
		const query = readQuery(instruction);
		const own = skillTable.score(query.terms);
		const priors = agentTable.score(query.terms);
		const skills = entries.flatMap((entry, at): Ranked[] => {
			const hit = own.get(at);
			const prior = priorShare * (priors.get(agentOf[at] ?? 0)?.score ?? 0);
			const score = (hit?.score ?? 0) + prior;
			return score === 0 ? [] : [{ entry, score, prior, coverage: hit?.coverage ?? 0, matched: hit?.matched ?? [] }];
		});
		skills.sort((a, b) => b.score - a.score);
		return { query, skills, agents: byAgent(skills) };
	}

	return { entries, rank };
}

/** An Agent is as good as its best Skill, and a little better where several fit. */
function byAgent(skills: readonly Ranked[]): { agent: string; score: number }[] {
	const scores = new Map<string, { best: number; next: number }>();
	for (const { entry, score } of skills) {
		const seen = scores.get(entry.agent);
		if (seen === undefined) scores.set(entry.agent, { best: score, next: 0 });
		else if (seen.next === 0) seen.next = score;
	}
	return [...scores]
		.map(([agent, { best, next }]) => ({ agent, score: best + 0.1 * next }))
		.sort((a, b) => b.score - a.score);
}

function fieldsOf({ agent, name, skill, card }: Entry, about: string): Fields {
	const slots = slotsOf(card);
	return {
		name: cardTerms(skill === '' ? name : skill),
		title: cardTerms(card.title),
		agent: cardTerms(`${agent} ${about}`),
		description: cardTerms(card.description),
		examples: card.examples.flatMap(cardTerms),
		parameters: slots.flatMap((slot) => cardTerms(`${slot.name} ${slot.description}`)),
		kinds: [
			...new Set(
				slots.flatMap((slot) =>
					slot.accepts
						.filter((kind) => kind === 'path' || kind === 'url' || kind === 'email' || kind === 'glob')
						.map((kind) => `@${kind}`),
				),
			),
		],
	};
}

function agentFields(agent: string, about: string, entries: readonly Entry[]): Fields {
	return {
		name: cardTerms(agent),
		agent: cardTerms(about),
		description: entries.flatMap(({ skill, card }) => cardTerms(`${skill} ${card.title} ${card.description}`)),
	};
}
