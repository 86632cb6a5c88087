import { stemOf } from './adapters/stem.ts';
import { isChinese, pairsOf, translated, unknownIn } from './chinese.ts';
import { faintVerbs, faintWords, stopWords } from './common-words.ts';
import { groupOf } from './likeness.ts';

/** One word of an instruction and the terms it may be found by: its own form counts most, a word of like meaning less. */
export interface QueryTerm {
	readonly word: string;
	readonly alike: readonly { readonly term: string; readonly weight: number }[];
	/** A name or a value: that no Card knows it says little about whether one fits. */
	readonly incidental?: boolean;
	/** So common that it says nothing by itself. */
	readonly isFaint?: boolean;
}

/** How much a word counts that only shares its meaning with one that was said. */
const likeWeight = 0.45;
/** How much a word counts that is part of any request. */
const faintWeight = 0.5;
/** Two Chinese letters side by side say less than a word that is known. */
const bigramWeight = 0.4;

/** The words of a text: identifiers split, lower case, in order; a run of Chinese stays whole. */
export function words(text: string): string[] {
	const split = text
		.normalize('NFKC')
		.replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
		.replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
		.toLowerCase();
	return split.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+/gu) ?? [];
}

/** What a Card or an Agent is filed under. */
export function cardTerms(text: string): string[] {
	return words(text).flatMap((word) => (isChinese(word) ? [...pairsOf(word), ...translated(word)] : plain(word)));
}

/** What an instruction is looked up by, each word once. */
export function queryTerms(text: string, weight = 1): QueryTerm[] {
	const found = new Map<string, QueryTerm>();
	for (const word of words(text)) {
		for (const stem of isChinese(word) ? translated(word) : plain(word)) {
			if (!found.has(stem))
				found.set(stem, {
					word: isChinese(word) ? stem : word,
					...(faintWords.has(word) && { isFaint: true }),
					alike: alike(stem, faintVerbs.has(word) || faintWords.has(word) ? weight * faintWeight : weight),
				});
		}
		for (const pair of isChinese(word) ? unknownIn(word).flatMap(pairsOf) : []) {
			if (!found.has(pair)) found.set(pair, { word: pair, alike: [{ term: pair, weight: weight * bigramWeight }] });
		}
	}
	return [...found.values()];
}

/** The stem a word is compared by, or nothing where it says nothing. */
function plain(word: string): string[] {
	if (stopWords.has(word) || /^\d+[a-z]{0,2}$/.test(word) || (word.length === 1 && /[a-z]/.test(word))) return [];
	return [stemOf(word)];
}

function alike(stem: string, weight: number): QueryTerm['alike'] {
	const likes = groupOf(stem).filter((like) => like !== stem);
	return [{ term: stem, weight }, ...likes.map((term) => ({ term, weight: weight * likeWeight }))];
}
