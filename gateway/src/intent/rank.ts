import type { Entry } from '../gateway.ts';
import { createTermTable, type Hit } from './bm25f.ts';
import { familyFields, fieldsOf } from './card-fields.ts';
import { createExampleLikeness } from './example-likeness.ts';
import { type Query, readQuery } from './query.ts';
import { words } from './terms.ts';

/** A Skill and how well it answers the words. */
export interface Ranked {
	readonly entry: Entry;
	readonly score: number;
	/** The part of the score that its Agent as a whole earned. */
	readonly prior: number;
	/** How much of what was said this Skill's Card speaks of, 0 to 1. */
	readonly coverage: number;
	/** How near the words come to an instruction it says it serves, 0 to 1. */
	readonly likeness: number;
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
	/** What its Skills call the things they do. */
	readonly verbs: ReadonlySet<string>;
	rank(instruction: string): Ranking;
}

/** What an Agent as a whole adds to each of its Skills. */
const priorShare = 0.5;
/** With fewer Skills than this the words of one would seem to be everybody's. */
const fewSkills = 30;
/** How much it counts that its Agent speaks of a word where the Skill itself does not. */
const familyShare = 0.75;
/** What an instruction adds that reads exactly like an example, as a share of the score and by itself. */
const likenessShare = { ofScore: 0.5, alone: 3 };
/** What a Skill loses that changes something where looking was asked for, or the other way round. */
const contradictionShare = 0.3;

/** Indexes the Cards in memory; `about` adds what is known of an Agent beyond its Cards. */
export function createCardIndex(entries: readonly Entry[], about: (agent: string) => string = () => ''): CardIndex {
	const members = entries.map((entry) => ({ entry, fields: fieldsOf(entry, about(entry.agent)) }));
	const agents = Map.groupBy(members, ({ entry }) => entry.agent);
	const skillTable = createTermTable(
		members.map(({ fields }) => fields),
		fewSkills,
	);
	const agentTable = createTermTable([...agents].map(([agent, own]) => familyFields(agent, about(agent), own)));
	const places = new Map([...agents.keys()].map((agent, at) => [agent, at]));
	const examples = createExampleLikeness(entries.map(({ card }) => card.examples));

	function rank(instruction: string): Ranking {
		const query = readQuery(instruction);
		const { of: hits, whole } = skillTable.score(query.terms);
		const priors = agentTable.score(query.terms).of;
		const likenesses = examples.of(query.text);
		const families = familiesOf(entries, hits);
		const known = shareOf(best(families.values()), whole);
		const skills = entries.flatMap((entry, at): Ranked[] => {
			const hit = hits.get(at);
			const own = hit?.score ?? 0;
			const prior = priorShare * (priors.get(places.get(entry.agent) ?? 0)?.score ?? 0);
			// What reads like an example but speaks of what nobody here knows is about something else.
			const likeness = (likenesses.get(at) ?? 0) * known;
			const bonus = likeness ** 2 * (likenessShare.ofScore * own + likenessShare.alone);
			const share = contradicts(query.asksFor, entry) ? 1 - contradictionShare : 1;
			const score = share * (own + prior + bonus);
			if (score === 0) return [];
			// What the Skill leaves unsaid a sibling may say: it is at least the right Agent.
			const near = (hit === undefined ? 0.5 : 1) * familyShare * shareOf(families.get(entry.agent), whole);
			const coverage = Math.max(shareOf(hit?.worth, whole), near);
			const matched = [...(hit?.worth.keys() ?? [])].map((place) => query.terms[place]?.word ?? '');
			return [{ entry, score, prior, coverage, likeness, matched }];
		});
		skills.sort((a, b) => b.score - a.score);
		return { query, skills, agents: byAgent(skills) };
	}

	return { entries, verbs: verbsOf(entries), rank };
}

function contradicts(asksFor: Query['asksFor'], { card }: Entry): boolean {
	return asksFor !== undefined && (asksFor === 'look') !== (card.effect === 'read');
}

/** The second word of our names, the first of most others: `fs_read`, `create_issue`. */
function verbsOf(entries: readonly Entry[]): ReadonlySet<string> {
	return new Set(entries.flatMap(({ skill }) => words(skill).slice(0, 2)));
}

type Worth = ReadonlyMap<number, number>;

/** What the Skills of each Agent know between them. */
function familiesOf(entries: readonly Entry[], hits: ReadonlyMap<number, Hit>): ReadonlyMap<string, Worth> {
	const groups = Map.groupBy(hits, ([at]) => entries[at]?.agent ?? '');
	return new Map([...groups].map(([agent, members]) => [agent, best(members.map(([, { worth }]) => worth))]));
}

/** Of each word the most that anyone makes of it. */
function best(worths: Iterable<Worth>): Worth {
	const most = new Map<number, number>();
	for (const worth of worths)
		for (const [place, value] of worth) most.set(place, Math.max(value, most.get(place) ?? 0));
	return most;
}

function shareOf(worth: Worth | undefined, whole: number): number {
	if (worth === undefined || whole === 0) return 0;
	let sum = 0;
	for (const value of worth.values()) sum += value;
	return Math.min(1, sum / whole);
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
