import type { QueryTerm } from './terms.ts';

export type Field = 'name' | 'title' | 'agent' | 'description' | 'examples' | 'parameters' | 'kinds';
export type Fields = Readonly<Partial<Record<Field, readonly string[]>>>;

/** How much a word counts by where it stands. */
const fieldWeights: Readonly<Record<Field, number>> = {
	name: 3,
	title: 2,
	agent: 2,
	description: 1.5,
	examples: 1.5,
	parameters: 0.5,
	kinds: 1.5,
};
const fieldNames = Object.keys(fieldWeights) as readonly Field[];

/** How soon repetition stops counting; above the textbook's 1.2 to 2 since shares are weighed by field. */
const k1 = 3;
/** How much a long field is marked down. */
const b = 0.75;

/** How much a name that no Card knows says against all of them. */
const unknownNameShare = 0.25;

/** A word that only an input's description has is hardly what the Skill is about. */
const parameterTelling = 0.6;

/** A word of like meaning ranks low, but leaves little doubt of what is spoken of. */
const likeTelling = 1.6;

/** How one document answers a query. */
export interface Hit {
	readonly score: number;
	/** What each word that met is worth, by its place in the query. */
	readonly worth: ReadonlyMap<number, number>;
}

export interface Hits {
	/** By place of the document; absent where nothing meets. */
	readonly of: ReadonlyMap<number, Hit>;
	/** What all words are worth together, rare ones more. */
	readonly whole: number;
}

export interface TermTable {
	score(terms: readonly QueryTerm[]): Hits;
}

/**
 * BM25F over an inverted index: for each term the documents it is in, its share weighed by field and length.
 * There are taken to be at `least` so many documents, since among three no word is rare.
 */
export function createTermTable(documents: readonly Fields[], least = 0): TermTable {
	const count = Math.max(documents.length, least);
	const postings = postingsOf(documents);

	function rarity(term: string): number {
		const among = postings.get(term)?.size ?? 0;
		return Math.log(1 + (count - among + 0.5) / (among + 0.5));
	}

	/** Of words of like meaning the best counts, not their sum. */
	function bestOf({ alike }: QueryTerm): Map<number, { earned: number; said: number }> {
		const best = new Map<number, { earned: number; said: number }>();
		for (const { term, weight } of alike) {
			const worth = weight * rarity(term);
			for (const [at, { share, telling }] of postings.get(term) ?? []) {
				const earned = (worth * share * (k1 + 1)) / (k1 + share);
				if (earned > (best.get(at)?.earned ?? 0))
					best.set(at, { earned, said: (term === alike[0]?.term ? weight : weight * likeTelling) * telling });
			}
		}
		return best;
	}

	function score(terms: readonly QueryTerm[]): Hits {
		const of = new Map<number, { score: number; worth: Map<number, number> }>();
		let whole = 0;
		for (const [place, one] of terms.entries()) {
			const [own] = one.alike;
			const best = bestOf(one);
			const worth = own === undefined ? 0 : rarity(own.term);
			whole += worth * (own?.weight ?? 0) * (one.incidental && best.size === 0 ? unknownNameShare : 1);
			for (const [at, { earned, said }] of best) {
				const hit = of.get(at) ?? { score: 0, worth: new Map<number, number>() };
				hit.score += earned;
				hit.worth.set(place, said * worth);
				of.set(at, hit);
			}
		}
		return { of, whole };
	}

	return { score };
}

interface Posting {
	readonly share: number;
	/** How sure it is that the document is about the word. */
	readonly telling: number;
}

function postingsOf(documents: readonly Fields[]): ReadonlyMap<string, ReadonlyMap<number, Posting>> {
	const averages = new Map(
		fieldNames.map((field) => [field, mean(documents.map((document) => document[field]?.length ?? 0))]),
	);
	const postings = new Map<string, Map<number, Posting>>();
	for (const [at, document] of documents.entries()) {
		for (const field of fieldNames) {
			const terms = document[field] ?? [];
			const share = fieldWeights[field] / (1 - b + (b * terms.length) / (averages.get(field) || 1));
			const telling = field === 'parameters' ? parameterTelling : 1;
			for (const term of terms) {
				const posting = postings.get(term) ?? new Map<number, Posting>();
				const known = posting.get(at);
				posting.set(at, { share: (known?.share ?? 0) + share, telling: Math.max(known?.telling ?? 0, telling) });
				postings.set(term, posting);
			}
		}
	}
	return postings;
}

function mean(numbers: readonly number[]): number {
	return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
