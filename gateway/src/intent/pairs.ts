import { matchesPattern } from './affinity.ts';
import { blanked } from './literals.ts';
import { isHandle, type Slot } from './slots.ts';
import type { Words } from './step-words.ts';
import { valueFor } from './value-for.ts';

/** A word of the form that only a reference has: `e12`, `d_7f3k`. */
export function patternedFor(slot: Slot, words: Words): unknown {
	if (!isHandle(slot) || slot.many || typeof slot.schema.pattern !== 'string') return undefined;
	const tokens = blanked(words.text, words.values).match(/(?<!\S)\S*[\d_]\S*(?<![.,;!?])/gu) ?? [];
	const fitting = [...new Set(tokens.filter((token) => matchesPattern(slot, token)))];
	return fitting.length === 1 ? fitting[0] : undefined;
}

/** A value written behind the input's own name: `name: Ada Example`, `limit=5`. */
export function pairedFor(slot: Slot, words: Words): unknown {
	if (slot.words.length === 0 || slot.accepts.includes('object') || !/[:：=]/.test(words.text)) return undefined;
	const name = slot.words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, '')).join('[\\s_-]?');
	const match = new RegExp(`(?<![\\p{L}\\p{N}_])${name}\\s*(?:[:：]\\s*|=\\s*)(?=\\S)`, 'iu').exec(words.text);
	if (match === null) return undefined;
	const start = match.index + match[0].length;
	const value = words.values.find((one) => one.kind !== 'saying' && one.start === start);
	// "Note a contact: Ben" calls no input; a name stands at the head of what belongs to it.
	if (!/(?:^|[,，;；(\n]|\b(?:with|and)|和)\s*(?:(?:a|an|the|its)\s+)?$/iu.test(words.text.slice(0, match.index)))
		return undefined;
	const end = value?.end ?? start + (/[,，;；\n]|$/.exec(words.text.slice(start))?.index ?? 0);
	const text = words.text
		.slice(start, end)
		.trim()
		.replace(/[.。]$/, '');
	const taken = valueFor(slot, value ?? { kind: 'quoted', text, start, end, before: [] });
	if (taken === undefined) return undefined;
	for (const one of words.values) if (one.start < end && start < one.end) words.used.add(one);
	return taken;
}
