import type { Need } from './fill.ts';
import type { Earlier } from './findings.ts';
import { groupOf } from './likeness.ts';
import { handedOver, type Recalled, recall } from './recall.ts';
import type { Reference } from './references.ts';
import { isHandle, type Slot } from './slots.ts';
import type { Words } from './step-words.ts';
import { cardTerms } from './terms.ts';

/** From earlier results: what the words point at, or what only they can give. */
export function recallInto(slots: readonly Slot[], words: Words, prefix: string, args: Record<string, unknown>) {
	const needs: Need[] = [];
	const from = new Set<Earlier>();
	let missing: Earlier | undefined;
	for (const slot of slots.toSorted((a, b) => Number(b.required) - Number(a.required))) {
		const recalled = recalledFor(slot, words);
		if (recalled === undefined) continue;
		// "Its title" is one thing and goes to one place.
		if (recalled.by?.kind === 'part') words.pointed.add(recalled.by);
		from.add(recalled.from);
		if (recalled.kind === 'found') args[slot.name] = recalled.value;
		else if (recalled.kind === 'missing') missing = recalled.from;
		else
			needs.push({
				input: `${prefix}${slot.name}`,
				question: `Which one is meant for ${spoken(slot)}?`,
				choices: recalled.choices,
			});
	}
	return { needs, from: [...from], missing };
}

function recalledFor(slot: Slot, words: Words): Recalled | undefined {
	const { earlier, pointed } = words;
	const references = words.references.filter((reference) => !pointed.has(reference));
	if (earlier.length === 0 || slot.accepts.some((accepts) => accepts === 'choice' || accepts === 'boolean'))
		return undefined;
	if (slot.required) return recall(slot, references, earlier) ?? handedOver(slot, earlier);
	return recall(
		slot,
		references.filter((reference) => isMeantFor(slot, reference, words)),
		earlier,
		true,
	);
}

/** What may stay away is only taken where it is named, "with its title", or where a handle is what the words are about. */
function isMeantFor(slot: Slot, { kind, deictic }: Reference, { text }: Words): boolean {
	if (kind === 'part') return true;
	if (!isHandle(slot)) return false;
	const stems = cardTerms(text);
	const isNamed = slot.words
		.flatMap(cardTerms)
		.some((own) => stems.some((stem) => stem === own || groupOf(stem).includes(own)));
	return isNamed || (deictic && (slot.accepts[0] === 'ref' || slot.accepts[0] === 'uri'));
}

/** An input as it is spoken of. */
export function spoken({ words, name }: Slot): string {
	return words.length === 0 ? name : words.join(' ');
}
