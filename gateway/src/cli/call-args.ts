import { readFileSync } from 'node:fs';
import type { Card } from '@switchboard/kit/wire';
import { usageFault } from './usage.ts';

/** A Skill's arguments from the command line: `name=value` pairs and JSON objects over the JSON of `--args`. */
export function callArgs(
	pairs: readonly string[],
	json: string | undefined,
	schema: Card['inputSchema'] | undefined,
): Record<string, unknown> {
	const args = json === undefined ? {} : objectOf(json === '-' ? readFileSync(0, 'utf8') : json, '--args takes');
	for (const pair of pairs) {
		if (pair.startsWith('{')) {
			Object.assign(args, objectOf(pair, 'What begins with { must be'));
			continue;
		}
		const at = pair.indexOf('=');
		if (at <= 0) throw usageFault(`${JSON.stringify(pair)} is neither name=value nor a JSON object.`);
		const name = pair.slice(0, at);
		args[name] = valueFrom(pair.slice(at + 1), propertyOf(schema, name));
	}
	return args;
}

function objectOf(text: string, what: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
	} catch {
		// Said below.
	}
	throw usageFault(`${what} a JSON object.`);
}

/** Only the schema knows whether `5` is a number or the name of a file. */
function valueFrom(text: string, property: { readonly type?: unknown } | undefined): unknown {
	if (property?.type === 'string') return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function propertyOf(schema: Card['inputSchema'] | undefined, name: string): { readonly type?: unknown } | undefined {
	const properties = schema?.properties as Record<string, { readonly type?: unknown }> | undefined;
	return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
