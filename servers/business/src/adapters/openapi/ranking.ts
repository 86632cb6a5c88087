import MiniSearch from 'minisearch';
import type { OperationEntry } from '../../api/operations.ts';

export type Rank = (query: string, limit: number) => readonly OperationEntry[];

/** Finds operations by words of what they do; identifiers count as the words they are made of. */
export function createRank(operations: readonly OperationEntry[]): Rank {
	const index = new MiniSearch<{
		id: number;
		name: string;
		path: string;
		summary: string;
		description: string;
		tags: string;
		parameters: string;
	}>({
		fields: ['name', 'path', 'summary', 'description', 'tags', 'parameters'],
		tokenize: wordsOf,
		processTerm: stemOf,
		searchOptions: {
			boost: { name: 3, summary: 3, path: 2, tags: 1.5, description: 1, parameters: 0.5 },
			prefix: (term) => term.length > 3,
			fuzzy: (term) => (term.length > 5 ? 0.15 : false),
			weights: { fuzzy: 0.3, prefix: 0.6 },
		},
	});
	index.addAll(
		operations.map(({ id, method, path, summary, description, tags, parameters }, position) => ({
			id: position,
			name: `${id} ${verbs[method] ?? method}`,
			path,
			summary,
			description: description.slice(0, 600),
			tags: tags.join(' '),
			parameters: parameters.join(' '),
		})),
	);
	return (query, limit) => {
		if (wordsOf(query).every((term) => stemOf(term) === null)) return operations.slice(0, limit);
		return index
			.search(query)
			.slice(0, limit)
			.flatMap(({ id }) => operations[id as number] ?? []);
	};
}

/** What people say for a method. */
const verbs: Readonly<Record<string, string>> = {
	get: 'get read list fetch show find',
	head: 'head check exists',
	post: 'post create add new',
	put: 'put replace set update',
	patch: 'patch update change edit',
	delete: 'delete remove',
};

function wordsOf(text: string): string[] {
	return text
		.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
		.replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
}

const stopWords = new Set(
	'a an and are as at be by for from in is it its of on or that the this to with all any one'.split(' '),
);

/** Plurals are the same word. */
function stemOf(term: string): string | null {
	const word = term.toLowerCase();
	if (stopWords.has(word)) return null;
	if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
	return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
