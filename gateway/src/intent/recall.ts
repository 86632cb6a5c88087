import { clean } from '@switchboard/kit/outside';
import { oneLine } from '../results/excerpt.ts';
import { matchesPattern } from './affinity.ts';
import { type Earlier, type Finding, findingsOf, isNamed } from './findings.ts';
import { groupOf } from './likeness.ts';
import type { Reference } from './references.ts';
import { isHandle, type Slot } from './slots.ts';
import { cardTerms } from './terms.ts';

/** What a phrase turned out to mean. */
export type Recalled = { readonly by?: Reference } & (
	| { readonly kind: 'found'; readonly value: unknown; readonly from: Earlier }
	| { readonly kind: 'several'; readonly choices: readonly string[]; readonly from: Earlier }
	/** The Step it points at did not come to an end that leaves anything. */
	| { readonly kind: 'missing'; readonly from: Earlier }
);

const mostChoices = 10;

/** Separates a choice from the words that explain it. */
export const choiceMark = ' — ';

/** The value an input should take from what came before, newest first. */
export function recall(
	slot: Slot,
	references: readonly Reference[],
	earlier: readonly Earlier[],
	onlyNamed = false,
): Recalled | undefined {
	for (const reference of references) {
		const sources = sourcesOf(reference, earlier);
		// What may stay away is only taken from what the phrase points at first.
		for (const from of onlyNamed && reference.kind !== 'part' ? sources.slice(0, 1) : sources) {
			if (from.status !== 'done') return onlyNamed ? undefined : { kind: 'missing', from };
			const findings = fitting(slot, reference, from);
			const named =
				onlyNamed && reference.kind !== 'part' && !slot.accepts.includes('uri')
					? findings.filter((finding) => isNamed(finding, slot))
					: findings;
			const recalled = choose(slot, reference, named, from);
			if (recalled !== undefined) return { ...recalled, by: reference };
		}
	}
	return undefined;
}

/** The earlier Steps a phrase can point at, newest first. */
export function sourcesOf(reference: Reference, earlier: readonly Earlier[]): readonly Earlier[] {
	const newest = earlier.toReversed();
	const { kind, noun } = reference;
	if (kind !== 'thing' || noun === undefined) return newest;
	const told = newest.filter((one) => speaksOf(one, noun));
	return told.length > 0 ? told : reference.row === undefined ? [] : newest;
}

/** Whether an earlier Step had to do with a thing: its Card or its result names it. */
function speaksOf({ entry, structured }: Earlier, noun: string): boolean {
	const wanted = alikeTo(noun);
	const { card } = entry;
	const said = cardTerms(`${entry.skill} ${card.title} ${card.description} ${Object.keys(structured ?? {}).join(' ')}`);
	return said.some((term) => wanted.has(term));
}

function alikeTo(noun: string): ReadonlySet<string> {
	return new Set(cardTerms(noun).flatMap((stem) => [stem, ...groupOf(stem)]));
}

/** The findings an input can take, of the best sort there is. */
function fitting(slot: Slot, { kind, noun }: Reference, from: Earlier): readonly Finding[] {
	const findings = findingsOf(from).filter(({ value }) => from.promised || matchesPattern(slot, String(value)));
	if (kind === 'part' && noun !== undefined) {
		const wanted = alikeTo(noun);
		const takesText =
			slot.accepts.some((accepts) => /^(?:message|title|query|text|name)$/.test(accepts)) && !isHandle(slot);
		return findings.filter(
			({ key, kinds }) =>
				cardTerms(key).some((term) => wanted.has(term)) &&
				(takesText || kinds.some((kind) => slot.accepts.includes(kind))),
		);
	}
	const sameName = findings.filter((finding) => isNamed(finding, slot));
	if (sameName.length > 0 && slot.accepts.some((accepts) => accepts !== 'text')) return sameName;
	for (const accepts of slot.accepts) {
		const fits = findings.filter(({ kinds }) => kinds.includes(accepts === 'text' ? 'message' : accepts));
		if (fits.length > 0) return fits;
	}
	return [];
}

function choose(
	slot: Slot,
	{ row, all }: Pick<Reference, 'row' | 'all'>,
	findings: readonly Finding[],
	from: Earlier,
): Recalled | undefined {
	const rows = [...new Set(findings.flatMap((finding) => (finding.row === undefined ? [] : [finding.row])))];
	const wantedRow = row === -1 ? rows.at(-1) : row;
	const meant = wantedRow === undefined ? findings : findings.filter((finding) => finding.row === wantedRow);
	const values = [...new Set(meant.map(({ value }) => value))];
	const [only] = values;
	if (only === undefined) return undefined;
	if (slot.many && all) return { kind: 'found', value: values, from };
	if (values.length === 1) return { kind: 'found', value: slot.many ? [only] : only, from };
	const named = namedBefore(values, from.args) ?? topOf(meant);
	if (named !== undefined) return { kind: 'found', value: slot.many ? [named] : named, from };
	return { kind: 'several', choices: choicesOf(meant, from), from };
}

/** Values to choose from; one that says nothing to a human comes with the name its row has. */
function choicesOf(findings: readonly Finding[], from: Earlier): readonly string[] {
	const labels = new Map(
		findingsOf(from).flatMap(({ row, kinds, value }) =>
			row !== undefined && kinds.some((kind) => kind === 'title' || kind === 'name')
				? [[row, oneLine(clean(String(value)), 80)] as const]
				: [],
		),
	);
	const choices = findings.map(({ value, row, kinds }) => {
		const label = row === undefined || kinds.includes('path') || kinds.includes('url') ? undefined : labels.get(row);
		return label === undefined || label === value ? String(value) : `${value}${choiceMark}${label}`;
	});
	return [...new Set(choices)].slice(0, mostChoices);
}

/** An id, a hash or a handle that the Step before returned under this very name is meant for this one. */
export function handedOver(slot: Slot, earlier: readonly Earlier[]): Recalled | undefined {
	const before = earlier.at(-1);
	if (before === undefined || before.step === undefined || before.status !== 'done' || !isHandle(slot))
		return undefined;
	const values = findingsOf(before).filter(
		(finding) => isNamed(finding, slot) && (before.promised || matchesPattern(slot, String(finding.value))),
	);
	return choose(slot, { row: undefined, all: false }, values, before);
}

/** Of several, the one that was asked for by this very name: `README.md`, not `docs/README.md`. */
function namedBefore(values: readonly (string | number)[], args: Earlier['args']): string | number | undefined {
	const asked = new Set(Object.values(args).filter((value) => typeof value === 'string'));
	const exact = values.filter((value) => typeof value === 'string' && asked.has(value.replace(/^\.\//, '')));
	return exact.length === 1 ? exact[0] : undefined;
}

/** What a result says of itself comes before what it lists. */
function topOf(findings: readonly Finding[]): string | number | undefined {
	const top = findings.filter(({ row }) => row === undefined);
	return top.length === 1 ? top[0]?.value : undefined;
}
