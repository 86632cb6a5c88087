import type { Earlier } from './findings.ts';
import { type Reference, referencesIn } from './references.ts';
import { type Value, valuesIn } from './values.ts';

/** What an instruction's words hold, read once; what has been given to an input is marked. */
export interface Words {
	readonly text: string;
	readonly values: readonly Value[];
	readonly references: readonly Reference[];
	readonly earlier: readonly Earlier[];
	readonly used: Set<Value>;
	/** Words that made a choice; they do not call an input as well. */
	readonly heard: Set<string>;
	/** Phrases that have been followed to what they mean. */
	readonly pointed: Set<Reference>;
	/** What the Skill calls itself: "on the page" says no more to one that finds on the page. */
	readonly about: ReadonlySet<string>;
	/** Answers to earlier questions, by input. */
	readonly answers: Readonly<Record<string, string>>;
}

export interface Span {
	readonly start: number;
	readonly end: number;
}

/** The same words, with some of them given away to another Skill. */
export function reserved(words: Words, spans: readonly Span[]): Words {
	const used = words.values.filter((value) => spans.some(({ start, end }) => value.start >= start && value.end <= end));
	return { ...words, used: new Set(used), heard: new Set(), pointed: new Set() };
}

/** The same words, with nothing given away yet. */
export function freshWords(words: Words): Words {
	return { ...words, used: new Set(), heard: new Set(), pointed: new Set() };
}

/** Reads the words of one step; `earlier` is what they can point at. */
export function wordsOf(text: string, earlier: readonly Earlier[], now: Date, answers: Words['answers'] = {}): Words {
	const values = valuesIn(text, now);
	const said = values.find(({ kind, doubtful }) => kind === 'saying' && doubtful !== true);
	// What is to be said points at nothing here.
	const references = referencesIn(text).filter(
		({ start, end }) => said === undefined || end <= said.start || start >= said.end,
	);
	return {
		text,
		earlier,
		answers,
		values,
		references,
		used: new Set(),
		heard: new Set(),
		pointed: new Set(),
		about: new Set<string>(),
	};
}
