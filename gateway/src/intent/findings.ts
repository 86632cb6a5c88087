import type { Artifact } from '@switchboard/kit/wire';
import type { Entry, Step } from '../gateway.ts';
import { type Accepts, acceptedByName } from './accepts.ts';
import type { Slot } from './slots.ts';

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

const mostFindings = 400;
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
export function isNamed({ key, meantFor }: Finding, { name, many }: Slot): boolean {
	return key === name || meantFor === name || (many && `${key}s` === name);
}

/** What kind of value this is, by its spelling and by the name it has. */
function kindsOf(key: string, value: string | number): readonly Accepts[] {
	const named = acceptedByName(key);
	if (typeof value === 'number') return named === undefined ? ['number'] : ['number', named];
	if (/^https?:\/\/\S+$/i.test(value)) return ['url'];
	if (/^switchboard:\/\/artifact\//.test(value)) return ['uri'];
	if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value)) return ['uri', 'ref'];
	if (/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value)) return ['email'];
	if (named === 'path' && !value.includes('\n')) return ['path'];
	if (/^(?:~|\.{0,2})\/[^\n]*$/.test(value) && value.length < 500) return ['path'];
	if (named === undefined || named === 'url' || named === 'email') return [];
	return [named];
}
