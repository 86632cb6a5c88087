import { Fault, type Preparation } from '@switchboard/kit';
import type { Here, Pages, Subject } from './ports.ts';

export interface Act {
	readonly here: Here;
	/** The elements acted on. */
	readonly subjects: readonly Subject[];
	/** Origins it reaches beside the page's and the elements' own. */
	readonly others?: readonly string[];
	/** What would be done, a line each. */
	readonly words: readonly string[];
}

/** What acting in a page is, for the one who decides on it: bound to this document and these elements. */
export function preparedAct({ here, subjects, others = [], words }: Act): Preparation {
	const submits = subjects.flatMap(({ submitsTo }) =>
		submitsTo === undefined ? [] : [URL.parse(submitsTo)?.origin ?? 'null'],
	);
	const origins = new Set([here.origin, ...subjects.map(({ origin }) => origin), ...submits, ...others]);
	return {
		effect: 'execute',
		targets: [...origins].map((value) => ({ kind: 'origin', value })),
		preview: [`On ${clip(here.url)}:`, ...words].join('\n'),
		state: { document: here.document, refs: subjects.map(({ ref }) => ref) },
	};
}

export function nameOf({ ref, role, name }: Subject): string {
	return `${role} ${JSON.stringify(clip(name))} [${ref}]`;
}

/** The elements of refs that are there; what has gone by the time it is its turn is that step's failure. */
export async function subjectsOf(pages: Pages, refs: readonly string[]): Promise<ReadonlyMap<string, Subject>> {
	const found = new Map<string, Subject>();
	for (const ref of new Set(refs)) {
		const subject = await pages.describe(ref).catch(ignoreGone);
		if (subject !== undefined) found.set(ref, subject);
	}
	return found;
}

function ignoreGone(error: unknown): undefined {
	if (error instanceof Fault && (error.kind === 'not_found' || error.kind === 'conflict')) return undefined;
	throw error;
}

function clip(text: string): string {
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
