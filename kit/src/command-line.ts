import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Agent } from './agent.ts';
import { Effect } from './effect.ts';
import { Fault } from './fault.ts';
import { parseOrFault } from './schema.ts';

/** The part of an Agent that its command line shows. */
export type AgentFace = Pick<Agent<never>, 'name' | 'description' | 'usage' | 'allow' | 'config'>;

/** What a command line asks for. */
export interface CommandLine {
	readonly help: boolean;
	readonly version: boolean;
	/** Path of the config file. */
	readonly config: string | undefined;
	readonly allow: readonly Effect[];
	/** Port of `--http`, 0 for any; absent for stdio. */
	readonly http: number | undefined;
	/** Settings, by config property, as the texts they were given as. */
	readonly settings: Readonly<Record<string, unknown>>;
}

const commonFlags = {
	help: { type: 'boolean', short: 'h' },
	version: { type: 'boolean' },
	config: { type: 'string' },
	allow: { type: 'string', multiple: true },
	http: { type: 'string' },
} as const;

export function readCommandLine(agent: AgentFace, argv: readonly string[]): CommandLine {
	const { values, positionals } = parse(agent, argv);
	const { config, http } = values as { config?: string; http?: string };
	const allow = (values.allow as string[] | undefined)?.flatMap((list) => list.split(',')) ?? agent.allow;
	return {
		help: values.help === true,
		version: values.version === true,
		config,
		allow: parseOrFault(z.array(Effect), allow, '--allow'),
		http:
			http === undefined ? undefined : parseOrFault(z.coerce.number<string>().int().min(0).max(65_535), http, '--http'),
		settings: settingsOf(agent, values, positionals),
	};
}

function parse(agent: AgentFace, argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
	const own = Object.fromEntries(
		Object.entries(agent.config.shape)
			.filter(([name]) => name !== agent.usage.positionals)
			.map(([name, schema]) => [kebab(name), optionFor(schema as z.ZodType)]),
	);
	const allowPositionals = agent.usage.positionals !== undefined;
	try {
		return parseArgs({ args: [...argv], options: { ...own, ...commonFlags }, allowPositionals, allowNegative: true });
	} catch (cause) {
		throw new Fault('invalid_input', (cause as Error).message, { hint: 'See --help.', cause });
	}
}

function optionFor(schema: z.ZodType): { type: 'boolean' | 'string'; multiple?: boolean } {
	const inner = unwrapped(schema);
	if (inner instanceof z.ZodBoolean) return { type: 'boolean' };
	return { type: 'string', multiple: inner instanceof z.ZodArray };
}

/** A schema without its default and its being optional. */
function unwrapped(schema: z.ZodType): z.ZodType {
	let inner = schema;
	while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault)
		inner = inner.unwrap() as z.ZodType;
	return inner;
}

function settingsOf(
	agent: AgentFace,
	values: Record<string, unknown>,
	positionals: readonly string[],
): Record<string, unknown> {
	const settings = Object.fromEntries(
		Object.keys(agent.config.shape).flatMap((property) => {
			const value = values[kebab(property)];
			return value === undefined ? [] : [[property, value]];
		}),
	);
	if (agent.usage.positionals !== undefined && positionals.length > 0) settings[agent.usage.positionals] = positionals;
	return settings;
}

export function helpOf(agent: AgentFace): string {
	const flags = Object.entries(agent.usage.flags).map(([name, text]) => `  --${kebab(name).padEnd(22)} ${text}`);
	return [
		agent.description,
		'',
		`Example: switchboard-${agent.name} ${agent.usage.example}`,
		'',
		...flags,
		'  --config FILE            JSON file with these settings',
		`  --allow EFFECTS          effects carried out unasked, of ${Effect.options.join(', ')} (default ${agent.allow.join(',')})`,
		'  --http PORT              serve Streamable HTTP on 127.0.0.1 instead of stdio; bearer token in SWITCHBOARD_TOKEN',
		'  --version, --help',
		'',
	].join('\n');
}

function kebab(name: string): string {
	return name.replaceAll(/([A-Z])/g, '-$1').toLowerCase();
}
