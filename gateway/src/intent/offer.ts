import type { Entry } from '../gateway.ts';
import type { ChatTool } from './model.ts';
import type { CardIndex } from './rank.ts';

/** The Skills a model may call at the moment; it asks for more by searching. */
export interface Offer {
	tools(): readonly ChatTool[];
	find(name: string): Entry | undefined;
	/** Offers what fits the words and says what that is. */
	search(query: string): string;
}

export const searchTool: ChatTool = {
	name: 'skills_search',
	description: 'Finds further tools by what they should do, in a few words. Those it names can be called from then on.',
	schema: {
		type: 'object',
		properties: { query: { type: 'string', description: 'What is to be done, such as "send an e-mail"' } },
		required: ['query'],
		additionalProperties: false,
	},
};

const limits = { first: 30, each: 8, all: 60 };

export function createOffer(index: CardIndex, instruction: string): Offer {
	const offered = new Map<string, Entry>();
	const add = (entries: readonly Entry[]) => {
		for (const entry of entries) if (offered.size < limits.all) offered.set(toolName(entry), entry);
	};
	add(found(index, instruction, limits.first));

	return {
		tools: () => [...[...offered.values()].map(toolOf), searchTool],
		find: (name) => offered.get(name),
		search(query) {
			const entries = found(index, query.slice(0, 500), limits.each);
			add(entries);
			if (entries.length === 0) return 'No Skill here does this.';
			return entries.map((entry) => `${toolName(entry)}: ${entry.card.title}. ${entry.card.description}`).join('\n');
		},
	};
}

function found(index: CardIndex, words: string, limit: number): readonly Entry[] {
	return index
		.rank(words)
		.skills.slice(0, limit)
		.map(({ entry }) => entry);
}

/** A name as the protocol of models allows it. */
function toolName({ name }: Entry): string {
	return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64);
}

function toolOf(entry: Entry): ChatTool {
	const { card } = entry;
	return {
		name: toolName(entry),
		description: card.description === '' ? card.title : card.description,
		schema: card.inputSchema,
	};
}
