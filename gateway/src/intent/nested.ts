import type { Filling, Need } from './fill.ts';
import { groupOf } from './likeness.ts';
import { type JsonSchema, type Slot, slotsOfSchema } from './slots.ts';
import type { Words } from './step-words.ts';
import { cardTerms } from './terms.ts';
import type { Value } from './values.ts';

/** Fills the inputs of a schema from the words. */
type Fill = (slots: readonly Slot[], words: Words, prefix: string) => Pick<Filling, 'args' | 'needs'>;

/** An object made from the words, for an input that takes one or a list of them. */
export function nested(
	slot: Slot,
	words: Words,
	prefix: string,
	fill: Fill,
): { readonly value: unknown; readonly needs: readonly Need[] } | undefined {
	if (!slot.accepts.includes('object')) return undefined;
	const shape = (slot.many ? slot.schema.items : slot.schema) as JsonSchema | undefined;
	// A free-form object is nothing to be begun unasked.
	if (shape === undefined || (!slot.required && shape.properties === undefined)) return undefined;
	const made = objectFor(shape, words, slot.many ? `${prefix}0.` : prefix, fill);
	if (made === undefined || Object.keys(made.args).length === 0) return undefined;
	// An optional object is not begun with what cannot be finished.
	if (!slot.required && made.needs.length > 0) return undefined;
	return { value: slot.many ? [made.args] : made.args, needs: made.needs };
}

function objectFor(schema: JsonSchema, words: Words, prefix: string, fill: Fill): ReturnType<Fill> | undefined {
	const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
	if (Array.isArray(options)) return bestOption(options, words, prefix, fill);
	if (schema.properties !== undefined) return fill(slotsOfSchema(schema), words, prefix);
	return { args: record(words), needs: [] };
}

/** Of several shapes, the one whose fixed words were said, and that lacks least. */
function bestOption(
	options: readonly JsonSchema[],
	words: Words,
	prefix: string,
	fill: Fill,
): ReturnType<Fill> | undefined {
	const stems = new Set(cardTerms(words.text).flatMap((stem) => [stem, ...groupOf(stem)]));
	const tries = options.map((option) => {
		const fixed = constantsOf(option);
		const said = fixed.filter((word) => cardTerms(word).some((stem) => stems.has(stem))).length;
		const used = new Set(words.used);
		const made = objectFor(option, { ...words, used }, prefix, fill);
		const score = 3 * said - fixed.length - (made?.needs.length ?? 99) + 0.1 * (used.size - words.used.size);
		return { made, used, score };
	});
	const best = tries.sort((a, b) => b.score - a.score)[0];
	for (const value of best?.used ?? []) words.used.add(value);
	return best?.made;
}

function constantsOf({ properties }: JsonSchema): string[] {
	return Object.values((properties ?? {}) as Record<string, JsonSchema>).flatMap((property) =>
		property.const === undefined ? [] : [String(property.const)],
	);
}

const keyOfKind: Partial<Record<Value['kind'], string>> = {
	name: 'name',
	email: 'email',
	phone: 'phone',
	url: 'website',
	amount: 'amount',
	date: 'date',
	saying: 'note',
	quoted: 'title',
};
const notKeys =
	/^(?:with|for|to|in|on|at|and|by|from|of|add|create|new|worth|up|named|called|since|before|after|until|set|update|change|\d.*)$/;

/** Whatever is left, each value under the word that leads to it or the one its kind has. */
function record(words: Words): Record<string, unknown> {
	const made: Record<string, unknown> = {};
	for (const value of words.values) {
		if (words.used.has(value) || [...words.used].some((other) => other.start < value.end && value.start < other.end))
			continue;
		const cue = value.before[0];
		const key =
			value.kind === 'name' || cue === undefined || notKeys.test(cue) || !/^[a-z]/.test(cue)
				? keyOfKind[value.kind]
				: cue;
		if (key === undefined || key in made) continue;
		made[key] = value.number !== undefined ? value.number : value.text;
		words.used.add(value);
	}
	return made;
}
