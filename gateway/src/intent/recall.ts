import type { Artifact } from '@switchboard/kit/wire';
import type { Entry, Step } from '../gateway.ts';
import { matchesPattern } from './affinity.ts';
import { groupOf } from './likeness.ts';
import type { Reference } from './references.ts';
import { type Accepts, acceptedByName, type Slot } from './slots.ts';
import { cardTerms } from './terms.ts';

/** What an earlier Step left behind. */
export interface Earlier {
	readonly entry: Entry;
	readonly status: Step['status'];
	readonly args: Readonly<Record<string, unknown>>;
	readonly structured: Readonly<Record<string, unknown>> | undefined;
	/** The result as text, without fences. */
	readonly text: string;
	readonly artifacts: readonly Artifact[];
	/** Its place in this Run; absent for a Step of an earlier one. */
	readonly step: number | undefined;
	/** It has not run yet: the values stand for those its Card says will come. */
	readonly promised?: boolean;
}

/** One value of an earlier result. */
export interface Finding {
	readonly key: string;
	readonly value: string | number;
	readonly kinds: readonly Accepts[];
	/** The input it is for, where the Card says so: `changeId for biz_undo`. */
	readonly meantFor?: string;
	/** Which of a list it belongs to. */
	readonly row: number | undefined;
}

/** What a phrase turned out to mean. */
export type Recalled = { readonly by?: Reference } & (
	| { readonly kind: 'found'; readonly value: unknown; readonly from: Earlier }
	| { readonly kind: 'several'; readonly choices: readonly string[]; readonly from: Earlier }
	/** The Step it points at did not come to an end that leaves anything. */
	| { readonly kind: 'missing'; readonly from: Earlier }
);

const mostFindings = 400;
const mostChoices = 10;

/** The value an input should take from what came before, newest first. */
export function recall(
	slot: Slot,
	references: readonly Reference[],
	earlier: readonly Earlier[],
	onlyNamed = false,
): Recalled | undefined {
	for (const reference of references) {
		for (const from of sourcesOf(reference, earlier)) {
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
	if (slot.many && (all || values.length > 1)) return { kind: 'found', value: values, from };
	if (values.length === 1) return { kind: 'found', value: slot.many ? [only] : only, from };
	const named = namedBefore(values, from.args) ?? topOf(meant);
	if (named !== undefined) return { kind: 'found', value: slot.many ? [named] : named, from };
	return { kind: 'several', choices: values.slice(0, mostChoices).map(String), from };
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

/** What nobody spells out: a reference, an id, a hash. */
export function isHandle({ accepts, name }: Slot): boolean {
	return (
		accepts.some((one) => one === 'id' || one === 'ref' || one === 'uri') || /hash|digest|token|cursor/i.test(name)
	);
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

const remembered = new WeakMap<Earlier, readonly Finding[]>();

/** Every value of a result that an input might take. */
export function findingsOf(earlier: Earlier): readonly Finding[] {
	const known = remembered.get(earlier);
	if (known !== undefined) return known;
	const findings: Finding[] = [];
	for (const [key, value] of Object.entries(earlier.structured ?? {})) {
		const from = findings.length;
		walk(value, key, undefined, 0, findings);
		const meantFor = inputNamedFor(earlier.entry, key);
		if (meantFor !== undefined)
			for (let at = from; at < findings.length; at += 1) findings[at] = { ...(findings[at] as Finding), meantFor };
	}
	for (const [at, { uri, name }] of earlier.artifacts.entries()) {
		const row = earlier.artifacts.length > 1 ? at : undefined;
		findings.push(
			{ key: 'uri', value: uri, kinds: ['uri'], row },
			{ key: 'name', value: name, kinds: ['name', 'title'], row },
		);
	}
	// A result without a text of its own is what it reads like.
	if (!findings.some(({ kinds, row }) => row === undefined && kinds.includes('message')) && earlier.text !== '') {
		findings.push({ key: 'text', value: earlier.text, kinds: ['message'], row: undefined });
	}
	remembered.set(earlier, findings);
	return findings;
}

/** The input an output is meant for, by its description. */
function inputNamedFor({ card }: Entry, key: string): string | undefined {
	const properties = (card.outputSchema?.properties ?? {}) as Readonly<
		Record<string, { readonly description?: unknown } | undefined>
	>;
	const description = properties[key]?.description;
	return typeof description === 'string' ? /\b(\w+) (?:for|of) \w+_\w+/.exec(description)?.[1] : undefined;
}

function walk(value: unknown, key: string, row: number | undefined, depth: number, into: Finding[]): void {
	if (into.length >= mostFindings || depth > 5 || value === null || value === undefined) return;
	if (typeof value === 'string' || typeof value === 'number') {
		if (value !== '') into.push({ key, value, kinds: kindsOf(key, value), row });
	} else if (Array.isArray(value)) {
		for (const [at, item] of value.entries()) walk(item, key, row ?? at, depth + 1, into);
	} else if (typeof value === 'object') {
		for (const [name, item] of Object.entries(value)) walk(item, name, row, depth + 1, into);
	}
}

/** The finding has the input's name, or its Agent says that it is meant for such an input. */
function isNamed({ key, meantFor }: Finding, { name, many }: Slot): boolean {
	return key === name || meantFor === name || (many && `${key}s` === name);
}

/** What kind of value this is, by its spelling and by the name it has. */
function kindsOf(key: string, value: string | number): readonly Accepts[] {
	const named = acceptedByName(key);
	if (typeof value === 'number') return named === undefined ? ['number'] : ['number', named];
	if (/^https?:\/\/\S+$/i.test(value)) return ['url'];
	if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value)) return ['uri', 'ref'];
	if (/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value)) return ['email'];
	if (named === 'path' && !value.includes('\n')) return ['path'];
	if (/^(?:~|\.{0,2})\/[^\n]*$/.test(value) && value.length < 500) return ['path'];
	if (named === undefined || named === 'url' || named === 'email') return [];
	return [named];
}
