import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from './fault.ts';
import { problemsOf } from './schema.ts';

export interface ConfigSources {
	/** Path of a JSON file, if one was named. */
	readonly file?: string | undefined;
	/** The process environment. `SWITCHBOARD_CONFIG` holds JSON; `<prefix>_<NAME>` holds one value. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** `SWITCHBOARD_FS_SHELL` for the Agent `fs-shell`. */
	readonly prefix: string;
	/** From the command line, the last word. */
	readonly flags?: Readonly<Record<string, unknown>>;
}

/** Defaults < file < environment < flags, checked once; every problem named in one readable Fault. */
export function loadConfig<Schema extends z.ZodObject>(schema: Schema, sources: ConfigSources): z.infer<Schema> {
	const { file, env, prefix, flags = {} } = sources;
	const merged = {
		...(file !== undefined && fromJson(readText(file), `config file ${file}`)),
		...(env.SWITCHBOARD_CONFIG !== undefined && fromJson(env.SWITCHBOARD_CONFIG, 'variable SWITCHBOARD_CONFIG')),
		...fromTexts(schema, fromEnvironment(schema, env, prefix)),
		...fromTexts(schema, flags),
	};
	const parsed = schema.safeParse(merged);
	if (parsed.success) return parsed.data;
	throw new Fault('invalid_input', `Configuration: ${problemsOf(parsed.error).join('; ')}.`, { hint: 'See --help.' });
}

function fromEnvironment(schema: z.ZodObject, env: ConfigSources['env'], prefix: string): Record<string, unknown> {
	const found = Object.keys(schema.shape).map((property) => [
		property,
		env[`${prefix}_${property.replaceAll(/([A-Z])/g, '_$1').toUpperCase()}`],
	]);
	return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function fromTexts(schema: z.ZodObject, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(given).map(([property, value]) => [property, meant(schema.shape[property] as z.ZodType, value)]),
	);
}

/** Variables and flags are texts: one that fits its setting is meant as it is, any other as the JSON it holds. */
function meant(schema: z.ZodType, value: unknown): unknown {
	if (schema.safeParse(value).success) return value;
	if (typeof value === 'string') {
		const json = jsonOrText(value);
		// One value for a list is a list of one.
		return !schema.safeParse(json).success && schema.safeParse([value]).success ? [value] : json;
	}
	return Array.isArray(value)
		? value.map((item: unknown) => (typeof item === 'string' ? jsonOrText(item) : item))
		: value;
}

function jsonOrText(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

function fromJson(text: string, where: string): Record<string, unknown> {
	try {
		return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
	} catch (cause) {
		throw new Fault('invalid_input', `The ${where} is not a JSON object.`, { cause });
	}
}

function readText(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (cause) {
		throw new Fault('not_found', `The config file ${file} cannot be read.`, { cause });
	}
}
