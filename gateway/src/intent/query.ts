import { blanked, type Literal, literalsOf } from './literals.ts';
import { namesIn } from './names.ts';
import { sayingCue } from './saying.ts';
import { type QueryTerm, queryTerms } from './terms.ts';
import { askedFor } from './verbs.ts';

/** An instruction as the index looks for it. */
export interface Query {
	readonly text: string;
	readonly literals: readonly Literal[];
	readonly terms: readonly QueryTerm[];
	/** Whether its first word asks to see something or to change it, where that word leaves no doubt. */
	readonly asksFor: 'look' | 'change' | undefined;
}

/** What follows is not to be done. */
const negation = /\b(?:do not|don['’]t|never|without)\b[^,.;，。；]*|(?:不要|不用|别)[^，。；]*/giu;
const payloadWeight = 0.25;

/** How a kind of value is called when reasons are given. */
const kindWords: Readonly<Record<string, string>> = {
	path: 'a path',
	url: 'a web address',
	email: 'an e-mail address',
	glob: 'a name pattern',
	command: 'a command line',
};

/** The longest instruction that is read for words; beyond it only costs time. */
const longest = 4_000;

/** A sentence without the values in it: what is left says what is to be done, whoever it concerns. */
export function withoutValues(sentence: string, literals: readonly Literal[] = literalsOf(sentence)): string {
	const bare = blanked(sentence, literals);
	return blanked(bare, namesIn(bare));
}

export function readQuery(instruction: string): Query {
	const text = instruction.slice(0, longest);
	const { bare, literals } = allowedIn(text);
	const names = namesIn(bare);
	const unnamed = blanked(bare, names);
	const cut = bare.search(sayingCue);
	const asked = cut < 0 ? unnamed : unnamed.slice(0, cut);
	const payload = cut < 0 ? '' : unnamed.slice(cut).replace(sayingCue, ' ');
	return {
		text,
		literals,
		asksFor: askedFor(text),
		terms: [
			...queryTerms(asked),
			...incidental(queryTerms(payload, payloadWeight)),
			// A name may be that of a service; one that no Card knows is somebody's and says nothing.
			...names.flatMap(({ start, end }) => incidental(queryTerms(bare.slice(start, end)))),
			...incidental(kindTerms(literals)),
		],
	};
}

/** What is left once values are blanked and what must not be done is left out. */
function allowedIn(text: string): { readonly bare: string; readonly literals: readonly Literal[] } {
	const all = literalsOf(text);
	const masked = blanked(text, all);
	const forbidden = [...masked.matchAll(negation)].map(({ index, 0: part }) => ({
		start: index,
		end: index + part.length,
	}));
	const literals = all.filter(({ start }) => !forbidden.some((span) => start >= span.start && start <= span.end));
	return { bare: blanked(masked, forbidden).replace(/^\s*new\s/i, 'create '), literals };
}

function kindTerms(literals: readonly Literal[]): QueryTerm[] {
	const kinds = new Set(
		literals.flatMap(({ kind }) => (kind === 'code' ? ['command'] : kind in kindWords ? [kind] : [])),
	);
	return [...kinds].map((kind) => ({ word: kindWords[kind] ?? kind, alike: [{ term: `@${kind}`, weight: 1 }] }));
}

function incidental(terms: readonly QueryTerm[]): QueryTerm[] {
	return terms.map((term) => ({ ...term, incidental: true }));
}
