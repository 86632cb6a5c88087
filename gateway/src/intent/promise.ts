import type { Entry } from '../gateway.ts';
import { acceptedByName } from './accepts.ts';
import type { Earlier } from './findings.ts';
import type { JsonSchema } from './slots.ts';

/** What a Step will leave behind, by its Card: enough to see whether a later one will have what it needs. */
export function promiseOf(entry: Entry, step: number): Earlier {
	const sample = sampleOf('', (entry.card.outputSchema ?? {}) as JsonSchema, 0);
	const structured = typeof sample === 'object' && sample !== null ? (sample as Record<string, unknown>) : {};
	return { entry, status: 'done', args: {}, structured, text: 'text', artifacts: [], step, promised: true };
}

const samples: Readonly<Record<string, string>> = {
	url: 'http://localhost/',
	email: 'someone@example.com',
	path: './some-file',
	uri: 'switchboard://artifact/some',
	ref: 'ref',
};

function sampleOf(name: string, schema: JsonSchema, depth: number): unknown {
	if (depth > 4) return undefined;
	const option = ((schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined)?.[0];
	if (option !== undefined) return sampleOf(name, option, depth + 1);
	switch ([schema.type].flat()[0]) {
		case 'object': {
			const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
			return Object.fromEntries(properties.map(([key, property]) => [key, sampleOf(key, property, depth + 1)]));
		}
		case 'array':
			return [sampleOf(name, (schema.items ?? {}) as JsonSchema, depth + 1)];
		case 'number':
		case 'integer':
			return 1;
		case 'boolean':
			return true;
		default:
			return samples[acceptedByName(name) ?? ''] ?? 'text';
	}
}
