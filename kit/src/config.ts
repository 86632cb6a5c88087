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
		...(env.SWITCHBOARD_CONFIG !== undefined && fromJson(env.SWITCHBOARD_CONFIG, 'SWITCHBOARD_CONFIG')),
		...fromEnvironment(schema, env, prefix),
		...flags,
	};
	const parsed = schema.safeParse(merged);
	if (parsed.success) return parsed.data;
	throw new Fault('invalid_input', `Configuration: ${problemsOf(parsed.error).join('; ')}.`);
}

function fromEnvironment(schema: z.ZodObject, env: ConfigSources['env'], prefix: string): Record<string, unknown> {
	const found: Record<string, unknown> = {};
	for (const property of Object.keys(schema.shape)) {
		const value = env[`${prefix}_${property.replaceAll(/([A-Z])/g, '_$1').toUpperCase()}`];
		if (value !== undefined) found[property] = jsonOrText(value);
	}
	return found;
}

/** Flags and variables are text; what reads as JSON is meant as JSON. */
export function jsonOrText(value: string): unknown {
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
