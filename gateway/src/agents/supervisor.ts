import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import type { AgentStatus } from '../gateway.ts';
import type { AgentConnection, Connect, Launch } from './connection.ts';

export interface SupervisedAgent {
	readonly name: string;
	readonly own: boolean;
	/** The live connection, started where there is none. */
	connection(): Promise<AgentConnection>;
	/** The live connection if there is one. */
	live(): AgentConnection | undefined;
	/** Marks a call under way, so that the Agent is not stopped as idle. */
	busy(): () => void;
	status(): Omit<AgentStatus, 'skills' | 'title'>;
	stop(): Promise<void>;
}

export interface Supervision {
	readonly connect: Connect;
	readonly idleMs: number;
	/** Never stopped for being idle. */
	readonly keep: boolean;
	readonly own: boolean;
	/** Runs with every new connection, before its first call. */
	readonly onStart: (connection: AgentConnection) => Promise<void>;
}

const crashWindowMs = 60_000;
const crashesAllowed = 5;
const pauseMs = 30_000;

/** Keeps one Agent: started on first use, started again after a crash, stopped when idle, left alone when it keeps crashing. */
export function superviseAgent(launch: () => Launch, supervision: Supervision): SupervisedAgent {
	const { connect, idleMs, keep, own, onStart } = supervision;
	const name = launch().agent;
	const crashes: number[] = [];
	let connecting: Promise<AgentConnection> | undefined;
	let current: AgentConnection | undefined;
	let inFlight = 0;
	let restarts = 0;
	let error: string | undefined;
	let idleTimer: NodeJS.Timeout | undefined;
	/** An orderly end under way. */
	let ending: Promise<void> | undefined;

	async function start(): Promise<AgentConnection> {
		refuseCrashing();
		const connection = await connect(launch()).catch(crashed);
		current = connection;
		connection.onClose(() => gone(connection));
		try {
			await onStart(connection);
		} catch (cause) {
			// One that starts and cannot be used must not live on beside the next.
			if (current === connection) current = undefined;
			await connection.close().catch(() => {});
			return crashed(cause);
		}
		error = undefined;
		rest();
		return connection;
	}

	function crashed(cause: unknown): never {
		crashes.push(Date.now());
		error = cause instanceof Error ? cause.message : String(cause);
		throw cause;
	}

	function refuseCrashing(): void {
		const old = crashes.findIndex((at) => Date.now() - at < crashWindowMs);
		crashes.splice(0, old === -1 ? crashes.length : old);
		const last = crashes.at(-1);
		if (crashes.length < crashesAllowed || last === undefined || Date.now() - last >= pauseMs) return;
		throw new Fault(
			'unavailable',
			`The Agent ${name} ended ${crashes.length} times within a minute and is left alone for a while.`,
			{
				hint: `See ${commandLine('logs', '--agent', name)}, then try again in ${Math.ceil((pauseMs - (Date.now() - last)) / 1000)} s.`,
			},
		);
	}

	function gone(connection: AgentConnection): void {
		if (current !== connection) return;
		current = undefined;
		connecting = undefined;
		clearTimeout(idleTimer);
		crashes.push(Date.now());
		restarts += 1;
		error = 'It ended by itself.';
	}

	function rest(): void {
		clearTimeout(idleTimer);
		if (keep || inFlight > 0) return;
		idleTimer = setTimeout(() => void stop(), idleMs);
		idleTimer.unref();
	}

	async function stop(): Promise<void> {
		clearTimeout(idleTimer);
		const connection = current ?? (await connecting?.catch(() => undefined));
		if (connection === undefined || connection !== current) return await ending;
		current = undefined;
		connecting = undefined;
		ending = connection
			.close()
			.catch(() => {})
			.finally(() => {
				ending = undefined;
			});
		await ending;
	}

	return {
		name,
		own,
		connection() {
			if (connecting !== undefined) return connecting;
			// Two processes of one Agent would meet on its state folder, so the next waits for the last.
			const starting = (ending ?? Promise.resolve()).then(start);
			connecting = starting;
			// A failed start is forgotten, so that the next call tries again.
			starting.catch(() => {
				if (connecting === starting) connecting = undefined;
			});
			return starting;
		},
		live: () => current,
		busy() {
			inFlight += 1;
			clearTimeout(idleTimer);
			return () => {
				inFlight -= 1;
				rest();
			};
		},
		status: () => ({
			name,
			own,
			state:
				current !== undefined
					? 'ready'
					: connecting !== undefined
						? 'starting'
						: error !== undefined
							? 'failed'
							: 'idle',
			restarts,
			...(current?.pid !== undefined && { pid: current.pid }),
			...(error !== undefined && { error }),
		}),
		stop,
	};
}
