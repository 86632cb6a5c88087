import { stemmer } from 'stemmer';

const known = new Map<string, string>();

/** The stem words of one root share (Porter's); remembered, since the same words come again and again. */
export function stemOf(word: string): string {
	let stem = known.get(word);
	if (stem === undefined) {
		stem = stemmer(word);
		if (known.size < 20_000) known.set(word, stem);
	}
	return stem;
}
