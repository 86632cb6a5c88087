import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import type { Agent } from './agent.ts';
import { createArtifacts } from './artifacts.ts';
import { createClaims } from './claims.ts';
import { jsonOrText, loadConfig } from './config.ts';
import { Effect } from './effect.ts';
import { asFault, Fault } from './fault.ts';
import { createLog } from './log.ts';
import { createSecrets } from './secrets.ts';
import { type AgentRuntime, createAgentServer } from './server.ts';
import { guardStdout } from './stdout.ts';

const commonFlags = {
	help: { type: 'boolean' },
	version: { type: 'boolean' },
	config: { type: 'string' },
	allow: { type: 'string', multiple: true },
	http: { type: 'string' },
} as const;

/**
 * Runs an Agent as a program: MCP over stdio, or over Streamable HTTP with `--http PORT`.
 * Nothing is opened before the first request, since hosts start a server twice.
 */
export async function serveAgent<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
	const stdout = guardStdout();
	try {
		const { values, positionals } = readFlags(agent, argv);
		if (values.help) return void stdout.write(helpOf(agent));
		if (values.version) return void stdout.write(`${agent.version}\n`);
		const running = startAgent(agent, values, positionals);
		const stop = await (values.http === undefined
			? serveOverStdio(running, stdout)
			: (await import('./serve-http.ts')).serveOverHttp(running.server, Number(values.http), running.log));
		stopOnSignals(async () => {
			await stop();
			await running.close();
		});
	} catch (error) {
		const fault = asFault(error);
		process.stderr.write(
			`switchboard-${agent.name}: ${fault.message}${fault.hint === undefined ? '' : ` ${fault.hint}`}\n`,
		);
		if (fault.kind === 'internal') process.stderr.write(`${String(fault.cause)}\n`);
		process.exitCode = 2;
	}
}

/** The part of an Agent that its command line shows. */
type AgentFace = Pick<Agent<unknown>, 'name' | 'description' | 'usage' | 'allow' | 'config'>;

interface RunningAgent {
	readonly server: () => ReturnType<typeof createAgentServer>;
	readonly log: ReturnType<typeof createLog>;
	close(): Promise<void>;
}

function startAgent<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	values: Record<string, unknown>,
	positionals: readonly string[],
): RunningAgent {
	const { env } = process;
	const prefix = `SWITCHBOARD_${agent.name.replaceAll('-', '_').toUpperCase()}`;
	const config = loadConfig(agent.config, {
		file: values.config as string | undefined,
		env,
		prefix,
		flags: configFlags(agent, values, positionals),
	});
	const allow = z
		.array(Effect)
		.parse(values.allow === undefined ? agent.allow : (values.allow as string[]).flatMap((list) => list.split(',')));
	const log = createLog(agent.name, env.SWITCHBOARD_LOG ?? 'info');
	return runAgent(agent, config, {
		log,
		allow,
		stateFolder: resolve(env.SWITCHBOARD_STATE ?? join(stateHome(), 'switchboard', 'agents', agent.name)),
		artifactsFolder: env.SWITCHBOARD_ARTIFACTS,
		caller: env.SWITCHBOARD_CALLER === 'gateway' ? 'gateway' : 'standalone',
	});
}

export interface AgentEnvironment {
	readonly log: ReturnType<typeof createLog>;
	readonly allow: readonly Effect[];
	readonly stateFolder: string;
	readonly artifactsFolder?: string | undefined;
	readonly caller: AgentRuntime<unknown>['caller'];
}

/** An Agent in this process: servers for as many connections as wanted over one set of ports. */
export function runAgent<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	config: z.infer<Config>,
	environment: AgentEnvironment,
	givenPorts?: Ports,
): RunningAgent {
	const { log, allow, stateFolder, caller } = environment;
	const artifacts = createArtifacts(environment.artifactsFolder ?? join(stateFolder, 'artifacts'));
	const secrets = createSecrets();
	const onSessionEnd: ((session: string) => Promise<void> | void)[] = [];
	const onClose: (() => Promise<void> | void)[] = [];
	const servers = new Set<ReturnType<typeof createAgentServer>>();
	let ports: Promise<Ports> | undefined;
	let claims: ReturnType<typeof createClaims> | undefined;

	function open(): Promise<Ports> {
		if (givenPorts !== undefined) return Promise.resolve(givenPorts);
		mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
		return Promise.resolve(
			agent.ports({
				config,
				stateFolder,
				log,
				artifacts,
				secrets,
				onSessionEnd: (free) => onSessionEnd.push(free),
				onClose: (free) => onClose.push(free),
				skillsChanged: () => {
					for (const server of servers) server.sendToolListChanged().catch(() => servers.delete(server));
				},
			}),
		);
	}

	const runtime: AgentRuntime<Ports> = {
		ports() {
			ports ??= open();
			// A failed opening is forgotten, so that the next call tries again.
			ports.catch(() => {
				ports = undefined;
			});
			return ports;
		},
		claims() {
			mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
			claims ??= createClaims(join(stateFolder, 'claims.db'));
			return claims;
		},
		log,
		artifacts,
		secrets,
		caller,
		allow,
		async endSession(session) {
			for (const free of onSessionEnd) await free(session);
		},
	};

	return {
		log,
		server() {
			const server = createAgentServer(agent, runtime);
			servers.add(server);
			server.onclose = () => servers.delete(server);
			return server;
		},
		async close() {
			for (const free of onClose.splice(0).reverse()) await free();
			claims?.close();
		},
	};
}

async function serveOverStdio({ server, log }: RunningAgent, stdout: NodeJS.WriteStream): Promise<() => Promise<void>> {
	// A result may be larger than the SDK's 10 MB default for one message.
	const transport = new StdioServerTransport(process.stdin, stdout, { maxBufferSize: 64 * 1024 * 1024 });
	const handle = serveStdio(server, { transport, onerror: (error) => log.warn({ err: error }, 'protocol error') });
	return () => handle.close();
}

function stopOnSignals(stop: () => Promise<void>): void {
	let stopping = false;
	const end = (): void => {
		// A second signal does not wait.
		if (stopping) process.exit(1);
		stopping = true;
		setTimeout(() => process.exit(1), 5_000).unref();
		stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	};
	for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
	// The host that started us is gone.
	process.stdin.once('end', end);
	process.stdin.once('close', end);
}

function readFlags(agent: AgentFace, argv: readonly string[]) {
	const own = Object.fromEntries(
		Object.entries(agent.config.shape)
			.filter(([name]) => name !== agent.usage.positionals)
			.map(([name, schema]) => [kebab(name), optionFor(schema as z.ZodType)]),
	);
	try {
		return parseArgs({
			args: [...argv],
			options: { ...own, ...commonFlags },
			allowPositionals: agent.usage.positionals !== undefined,
		}) as {
			values: Record<string, unknown>;
			positionals: string[];
		};
	} catch (cause) {
		throw new Fault('invalid_input', (cause as Error).message, { hint: 'See --help.', cause });
	}
}

function optionFor(schema: z.ZodType): { type: 'boolean' | 'string'; multiple?: boolean } {
	let inner: unknown = schema;
	while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault)
		inner = inner.unwrap();
	if (inner instanceof z.ZodBoolean) return { type: 'boolean' };
	return { type: 'string', multiple: inner instanceof z.ZodArray };
}

function configFlags(
	agent: AgentFace,
	values: Record<string, unknown>,
	positionals: readonly string[],
): Record<string, unknown> {
	const flags: Record<string, unknown> = {};
	for (const property of Object.keys(agent.config.shape)) {
		const value = values[kebab(property)];
		if (value === undefined) continue;
		flags[property] = typeof value === 'string' ? jsonOrText(value) : value;
	}
	if (agent.usage.positionals !== undefined && positionals.length > 0) flags[agent.usage.positionals] = positionals;
	return flags;
}

function helpOf(agent: AgentFace): string {
	const flags = Object.entries(agent.usage.flags).map(([name, text]) => `  --${kebab(name).padEnd(22)} ${text}`);
	return [
		`${agent.description}`,
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

function stateHome(): string {
	return process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
}

/** A bearer token nobody can guess. */
export function newToken(): string {
	return randomBytes(32).toString('base64url');
}
