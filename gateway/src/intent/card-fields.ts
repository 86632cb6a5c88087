import type { Entry } from '../gateway.ts';
import type { Fields } from './bm25f.ts';
import { withoutValues } from './query.ts';
import { slotsOf } from './slots.ts';
import { cardTerms } from './terms.ts';

const kindsOfValues = new Set(['path', 'url', 'email', 'glob', 'command']);

/** A Card by the fields it is looked up in. */
export function fieldsOf({ agent, name, skill, card }: Entry, about: string): Fields {
	const slots = slotsOf(card);
	const kinds = slots.flatMap(({ accepts }) => accepts.filter((kind) => kindsOfValues.has(kind)));
	return {
		name: cardTerms(skill === '' ? name : skill),
		title: cardTerms(card.title),
		agent: cardTerms(`${agent} ${about}`),
		description: cardTerms(card.description),
		examples: card.examples.flatMap((example) => cardTerms(withoutValues(example))),
		parameters: slots.flatMap((slot) => cardTerms(`${slot.name} ${slot.description}`)),
		kinds: [...new Set(kinds)].map((kind) => `@${kind}`),
	};
}

/** An Agent by what all its Cards say between them. */
export function familyFields(
	agent: string,
	about: string,
	members: readonly { readonly entry: Entry; readonly fields: Fields }[],
): Fields {
	const all = (field: keyof Fields) => members.flatMap(({ fields }) => fields[field] ?? []);
	return {
		name: cardTerms(agent),
		agent: cardTerms(about),
		description: [...all('name'), ...all('title'), ...all('description')],
		examples: all('examples'),
		parameters: members.flatMap(({ entry }) => slotsOf(entry.card).flatMap(({ words }) => words.flatMap(cardTerms))),
	};
}
