import { stemOf } from './adapters/stem.ts';
import { isChinese, pairsOf, translated, unknownIn } from './chinese.ts';
import { stopWords } from './common-words.ts';
import { literalsOf } from './literals.ts';
import { withoutValues } from './query.ts';
import { words } from './terms.ts';

/** How much an instruction reads like the instructions a Card says it serves; "how many" counts here, names and addresses do not. */
export interface ExampleLikeness {
	/** By place of the Card, 0 to 1. */
	of(instruction: string): ReadonlyMap<number, number>;
}

interface Example {
	readonly card: number;
	readonly weight: number;
}

/** Words of any sentence; only those that ask say something. */
const little = new Set(
	[...stopWords]
		.filter((word) => !/^(?:how|many|much|what|which|who|whom|when|where|why|there)$/.test(word))
		.map(stemOf),
);
const littleWeight = 0.2;

/** Compares sentences by the words they share, rare ones counting more. */
export function createExampleLikeness(examplesByCard: readonly (readonly string[])[]): ExampleLikeness {
	const sentences = examplesByCard.flatMap((examples, card) =>
		examples.map((example) => ({ card, stems: stemsOf(example) })),
	);
	const among = new Map<string, number[]>();
	for (const [at, { stems }] of sentences.entries())
		for (const stem of stems) among.set(stem, [...(among.get(stem) ?? []), at]);
	const rarity = (stem: string) =>
		Math.log(1 + sentences.length / (1 + (among.get(stem)?.length ?? 0))) * (little.has(stem) ? littleWeight : 1);
	const known: readonly Example[] = sentences.map(({ card, stems }) => ({ card, weight: sum(stems, rarity) }));

	return {
		of(instruction) {
			const stems = stemsOf(instruction);
			const own = sum(stems, rarity);
			const shared = new Map<number, number>();
			for (const stem of stems)
				for (const at of among.get(stem) ?? []) shared.set(at, (shared.get(at) ?? 0) + rarity(stem));
			const best = new Map<number, number>();
			for (const [at, weight] of shared) {
				const example = known[at];
				if (example === undefined) continue;
				const likeness = weight / Math.sqrt(own * example.weight);
				if (likeness > (best.get(example.card) ?? 0)) best.set(example.card, likeness);
			}
			return best;
		},
	};
}

function stemsOf(sentence: string): ReadonlySet<string> {
	const literals = literalsOf(sentence);
	const kinds = literals.map(({ kind }) => `@${kind}`);
	const stems = words(withoutValues(sentence, literals)).flatMap((word) =>
		isChinese(word) ? [...translated(word), ...unknownIn(word).flatMap(pairsOf)] : [stemOf(word)],
	);
	return new Set([...stems, ...kinds]);
}

function sum(stems: ReadonlySet<string>, rarity: (stem: string) => number): number {
	let total = 0;
	for (const stem of stems) total += rarity(stem);
	return total;
}
