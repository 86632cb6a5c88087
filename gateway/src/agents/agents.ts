import { Fault } from '@switchboard/kit/fault';
import { sessionEndedMethod } from '@switchboard/kit/wire';
import { type GatewayConfig, settingsOf } from '../config.ts';
import type { AgentStatus, Catalog, Entry } from '../gateway.ts';
import type { Store } from '../journal/store.ts';
import { entriesOf } from './cards.ts';
import type { AgentConnection, Connect, ToolListing } from './connection.ts';
import { fingerprintOf, launchOf } from './launch.ts';
import { type SupervisedAgent, superviseAgent } from './supervisor.ts';

export interface Agents {
	readonly catalog: Catalog;
	get(agent: string): SupervisedAgent;
	list(): readonly AgentStatus[];
	/** Whether any Skill this Agent is known to offer names paths. */
	worksInFolders(agent: string): boolean;
	/** Lets every live Agent free what it kept for this Session. */
	endSession(session: string): Promise<void>;
	close(): Promise<void>;
}

/** The Agents of the configuration and what they offer, remembered so that lists need no process. */
export function createAgents(config: GatewayConfig, home: string, store: Store, connect: Connect): Agents {
	const listeners = new Set<() => void>();
	const offered = new Map<string, readonly Entry[]>();
	const titles = new Map<string, string>();
	const learning = new Map<string, Promise<void>>();
	const supervised = new Map<string, SupervisedAgent>();

	for (const [name, entry] of Object.entries(config.mcpServers)) {
		const settings = settingsOf(config, name);
		if (settings.disabled) continue;
		const launch = () => launchOf(name, entry, config, home);
		const agent = superviseAgent(launch, {
			connect,
			idleMs: config.switchboard.idleMs,
			keep: settings.keep,
			own: settings.own,
			async onStart(connection) {
				await learn(name, settings.own, connection);
				connection.onToolsChanged(() => void learn(name, settings.own, connection).catch(() => {}));
			},
		});
		supervised.set(name, agent);
		recall(name, settings.own, fingerprintOf(launch()));
	}

	/** Takes what is remembered of an Agent, unless it may have changed since. */
	function recall(name: string, own: boolean, fingerprint: string): void {
		const row = store.get('SELECT title, tools FROM cards WHERE agent = ? AND fingerprint = ?', name, fingerprint);
		if (row === undefined) return;
		titles.set(name, String(row.title));
		offered.set(name, entriesOf(name, own, JSON.parse(String(row.tools)) as ToolListing[]));
	}

	async function learn(name: string, own: boolean, connection: AgentConnection): Promise<void> {
		const tools = await connection.tools();
		titles.set(name, connection.title);
		const serialised = JSON.stringify(tools);
		const entry = config.mcpServers[name];
		if (entry === undefined) return;
		const fingerprint = fingerprintOf(launchOf(name, entry, config, home));
		const known = store.get('SELECT tools, fingerprint FROM cards WHERE agent = ?', name);
		if (offered.has(name) && known?.tools === serialised && known.fingerprint === fingerprint) return;
		remember(name, fingerprint, connection.title, serialised);
		const isNews = offered.has(name) && known?.tools !== serialised;
		offered.set(name, entriesOf(name, own, tools));
		if (isNews) for (const listener of listeners) listener();
	}

	/** Forgotten, it is only asked for again: that must not keep an Agent from starting. */
	function remember(...card: [name: string, fingerprint: string, title: string, tools: string]): void {
		try {
			store.quick('INSERT OR REPLACE INTO cards (agent, fingerprint, title, tools) VALUES (?, ?, ?, ?)', ...card);
		} catch (error) {
			if (!(error instanceof Fault)) throw error;
		}
	}

	/** An Agent nobody has listed yet is started once to hear what it offers; one that cannot start offers nothing. */
	function known(agent: SupervisedAgent): Promise<void> {
		if (offered.has(agent.name)) return Promise.resolve();
		let learned = learning.get(agent.name);
		if (learned === undefined) {
			learned = agent
				.connection()
				.then(() => {})
				.finally(() => learning.delete(agent.name));
			learning.set(agent.name, learned);
		}
		return learned.catch(() => {});
	}

	function soFar(): readonly Entry[] {
		return [...supervised.keys()].flatMap((name) => offered.get(name) ?? []);
	}

	async function all(): Promise<readonly Entry[]> {
		await Promise.all([...supervised.values()].map(known));
		return soFar();
	}

	/** The Skill as soon as its Agent has been heard, whatever the others take; undefined when none has it. */
	function firstToOffer(name: string): Promise<Entry | undefined> {
		const heard = [...supervised.values()].map(async (agent) => {
			await known(agent);
			const entry = offered.get(agent.name)?.find((offer) => offer.name === name);
			return entry ?? Promise.reject(new Error(`${agent.name} has no ${name}`));
		});
		return Promise.any(heard).catch(() => undefined);
	}

	return {
		catalog: {
			list: all,
			// What is known is enough to call it: one Agent that starts slowly holds up no other.
			find: async (name) => soFar().find((entry) => entry.name === name) ?? (await firstToOffer(name)),
			onChange(listener) {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
		},
		get(name) {
			const agent = supervised.get(name);
			if (agent === undefined) throw new Error(`no Agent ${name}`);
			return agent;
		},
		list: () =>
			[...supervised.values()].map((agent) => ({
				...agent.status(),
				title: titles.get(agent.name) ?? agent.name,
				skills: offered.get(agent.name)?.length ?? 0,
			})),
		worksInFolders: (agent) =>
			offered.get(agent)?.some(({ card }) => Object.values(card.targets).includes('path')) ?? false,
		async endSession(session) {
			const own = [...supervised.values()].filter((agent) => agent.own);
			await Promise.all(
				own.map((agent) =>
					agent
						.live()
						?.notify(sessionEndedMethod, { session })
						.catch(() => {}),
				),
			);
		},
		async close() {
			await Promise.all([...supervised.values()].map((agent) => agent.stop()));
		},
	};
}
