import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Agent } from './agent.ts';
import { createArtifacts } from './artifacts.ts';
import { type Claims, createClaims } from './claims.ts';
import type { Effect } from './effect.ts';
import type { Log } from './log.ts';
import { createOpening } from './opening.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { type AgentRuntime, createAgentServer } from './server.ts';

export interface AgentEnvironment {
	readonly log: Log;
	readonly allow: readonly Effect[];
	readonly stateFolder: string;
	readonly artifactsFolder?: string | undefined;
	/** `gateway`: the caller has decided and says for whom. `standalone`: a host called directly, so the Agent asks. */
	readonly caller: 'gateway' | 'standalone';
	readonly secrets?: Secrets;
}

export interface RunningAgent {
	readonly server: () => ReturnType<typeof createAgentServer>;
	readonly log: Log;
	/** Says when the Skills found by `discover` have changed, beside the servers, which tell their hosts. */
	onSkillsChanged(listener: () => void): void;
	close(): Promise<void>;
}

type Free<Args extends unknown[]> = (...args: Args) => Promise<void> | void;

/** An Agent in this process: servers for as many connections as wanted over one set of ports. */
export function runAgent<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	config: z.infer<Config>,
	environment: AgentEnvironment,
	givenPorts?: Ports,
): RunningAgent {
	const { log, allow, stateFolder, secrets = createSecrets() } = environment;
	const artifacts = createArtifacts(environment.artifactsFolder ?? join(stateFolder, 'artifacts'), undefined, secrets);
	const onSessionEnd: Free<[session: string]>[] = [];
	const onClose: Free<[]>[] = [];
	const changeListeners: (() => void)[] = [];
	const servers = new Set<ReturnType<typeof createAgentServer>>();
	let claims: Claims | undefined;

	function skillsChanged(): void {
		for (const server of servers) server.sendToolListChanged().catch(() => servers.delete(server));
		for (const listener of changeListeners) listener();
	}

	async function openPorts(): Promise<Ports> {
		if (givenPorts !== undefined) return givenPorts;
		mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
		try {
			return await agent.ports({
				config,
				stateFolder,
				log,
				artifacts,
				secrets,
				onSessionEnd: (free) => onSessionEnd.push(free),
				onClose: (free) => onClose.push(free),
				skillsChanged,
			});
		} catch (error) {
			// What half an opening has opened is closed before the next one.
			onSessionEnd.length = 0;
			await runAll(onClose.splice(0).reverse(), log);
			throw error;
		}
	}

	const runtime: AgentRuntime<Ports> = {
		ports: createOpening(agent.title, openPorts),
		claims() {
			if (claims === undefined) mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
			claims ??= createClaims(join(stateFolder, 'claims.db'));
			return claims;
		},
		log,
		artifacts,
		secrets,
		standaloneSession: environment.caller === 'standalone' ? `standalone-${randomUUID()}` : undefined,
		allow,
		endSession: (session) => runAll(onSessionEnd, log, session),
	};

	return {
		log,
		server() {
			const server = createAgentServer(agent, runtime);
			servers.add(server);
			server.onclose = () => servers.delete(server);
			return server;
		},
		onSkillsChanged: (listener) => changeListeners.push(listener),
		async close() {
			await runAll(onClose.splice(0).reverse(), log);
			if (runtime.standaloneSession !== undefined) await artifacts.end(runtime.standaloneSession);
			claims?.close();
		},
	};
}

/** One that fails does not keep the others from being freed. */
async function runAll<Args extends unknown[]>(all: readonly Free<Args>[], log: Log, ...args: Args): Promise<void> {
	for (const free of all) {
		try {
			await free(...args);
		} catch (error) {
			log.error({ err: error }, 'could not be freed');
		}
	}
}
