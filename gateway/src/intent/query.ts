import { blanked, type Literal, literalsOf } from './literals.ts';
import { type QueryTerm, queryTerms } from './terms.ts';

/** An instruction as the index looks for it. */
export interface Query {
	readonly text: string;
	readonly literals: readonly Literal[];
	readonly terms: readonly QueryTerm[];
}

/** What follows is what is to be said, not what is to be done. */
const saying =
	/\b(?:saying|that says?|which says?|with the (?:text|message|words|body|content))\b|[:：](?=\s)|说|内容为|内容是/iu;
/** What follows is not to be done. */
const negation = /\b(?:do not|don['’]t|never|without)\b[^,.;，。；]*|(?:不要|不用|别)[^，。；]*/giu;
const payloadWeight = 0.25;

/** The longest instruction that is read for words; beyond it only costs time. */
const longest = 4_000;

export function readQuery(instruction: string): Query {
	const text = instruction.slice(0, longest);
	const literals = literalsOf(text);
	const bare = blanked(text, literals).replace(negation, (part) => ' '.repeat(part.length));
	const cut = bare.search(saying);
	const [asked, payload] = cut < 0 ? [bare, ''] : [bare.slice(0, cut), bare.slice(cut)];
	const kinds = [
		...new Set(literals.flatMap(({ kind }) => (['path', 'url', 'email', 'glob'].includes(kind) ? [kind] : []))),
	];
	return {
		text,
		literals,
		terms: [
			...queryTerms(asked),
			...queryTerms(payload, payloadWeight),
			...kinds.map((kind) => ({ word: `a ${kind}`, alike: [{ term: `@${kind}`, weight: 1 }] })),
		],
	};
}
