import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '@switchboard/kit/fault';
import { problemsOf } from '@switchboard/kit/schema';
import { z } from 'zod';
import { Grant } from './policy/grants.ts';

/** How an Agent is started or reached: the `mcpServers` shape every host knows. */
const ServerEntry = z.looseObject({
	command: z.string().min(1).describe('Program to start; `node` means the Gateway’s own Node'),
	args: z.array(z.string()).default([]),
	env: z.record(z.string(), z.string()).default({}),
	cwd: z.string().optional(),
});
export type ServerEntry = z.infer<typeof ServerEntry>;

const AgentSettings = z.strictObject({
	own: z.boolean().default(false).describe('Its Cards are trusted and its Skills keep their names'),
	config: z.record(z.string(), z.unknown()).default({}).describe('Handed to the Agent as its configuration'),
	keep: z.boolean().default(false).describe('Never stopped when idle, because it must listen'),
	disabled: z.boolean().default(false),
	callTimeoutMs: z.int().min(100).default(300_000).describe('Longest one Call may take'),
});
export type AgentSettings = z.infer<typeof AgentSettings>;

const Settings = z.strictObject({
	agents: z.record(z.string(), AgentSettings.prefault({})).default({}),
	grants: z.array(Grant).default([]).describe('Rules before the shipped ones; the first that matches decides'),
	folders: z.array(z.string()).default([]).describe('Folders every Session may work in, absolute or from ~'),
	http: z.strictObject({ port: z.int().min(0).max(65_535).default(0) }).prefault({}),
	holdMs: z.int().min(0).default(45_000).describe('How long a Call waits for a human before it becomes a job'),
	approvalMs: z.int().min(1_000).default(600_000).describe('How long a question stays open'),
	idleMs: z.int().min(1_000).default(900_000).describe('An Agent unused for this long is stopped'),
	model: z
		.strictObject({ name: z.string().default('gpt-5-mini'), maxTokens: z.int().default(200_000) })
		.prefault({})
		.describe('Used when OPENAI_API_KEY or OPENAI_BASE_URL is set'),
});

/** `__` is kept for what stands between an Agent's name and a foreign tool's. */
const AgentName = z
	.string()
	.regex(/^(?!.*__)[a-zA-Z0-9]([a-zA-Z0-9_-]{0,30}[a-zA-Z0-9-])?$/, 'is no name for an Agent');

export const GatewayConfig = z.looseObject({
	mcpServers: z.record(AgentName, ServerEntry).default({}),
	switchboard: Settings.prefault({}),
});
export type GatewayConfig = z.infer<typeof GatewayConfig> & {
	/** Where relative paths of the file start. */
	readonly folder: string;
};

export const ownAgents = ['fs-shell', 'browser', 'messaging', 'business'] as const;

/** What runs where no file says otherwise: the four Agents by the names of their programs. */
export function builtInConfig(folder: string): GatewayConfig {
	const mcpServers = Object.fromEntries(ownAgents.map((name) => [name, { command: `switchboard-${name}` }]));
	const agents = Object.fromEntries(ownAgents.map((name) => [name, { own: true }]));
	return { ...GatewayConfig.parse({ mcpServers, switchboard: { agents } }), folder };
}

/** Reads and checks an `mcp.json`; every problem is named in one Fault. */
export function readConfig(file: string): GatewayConfig {
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(file, 'utf8'));
	} catch (cause) {
		throw new Fault('invalid_input', `${file} cannot be read as JSON: ${(cause as Error).message}.`, { cause });
	}
	const parsed = GatewayConfig.safeParse(value);
	if (!parsed.success) throw new Fault('invalid_input', `${file}: ${problemsOf(parsed.error).join('; ')}.`);
	return { ...parsed.data, folder: dirname(file) };
}

/** The settings of an Agent, also of one the file says nothing about. */
export function settingsOf(config: GatewayConfig, agent: string): AgentSettings {
	return config.switchboard.agents[agent] ?? AgentSettings.parse({});
}
