import type { Connection } from '../daemon/connect.ts';
import { drainedMethod, drainingMethod } from '../daemon/hello.ts';
import { errorAnswer, interruptedAnswer, kindOf, withId } from './shim-lines.ts';

/** The host's side: lines out, flow control. */
export interface HostSide {
	write(line: Buffer | string): boolean;
	pause(): void;
	resume(): void;
	/** Calls back when what was written has gone out. */
	onDrain(listener: () => void): void;
}

export interface Shim {
	/** Takes one line of the host. */
	take(line: Buffer): void;
	/** Requests of the host that wait for an answer. */
	readonly waiting: number;
	close(): void;
}

const initializedLine = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
const listChangedLine = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
const drainedLine = JSON.stringify({ jsonrpc: '2.0', method: drainedMethod });
const newline = Buffer.from('\n');
/** A daemon mostly ends because a newer program is about to start its own, which an older shim must not forestall. */
const giveWayMs = 2_000;
const mostFruitless = 3;
const resumeId = 'switchboard-resume';

/**
 * Carries lines between a host and the daemon. It outlives daemons: when one ends, what was sent to it is answered or sent again,
 * and the next one, connected to when the host next wants something, is told of the host as the last one was.
 */
export function createShim(host: HostSide, connect: (startAfter: number) => Promise<Connection>): Shim {
	/** Lines to send once connected. */
	let queue: Buffer[] = [];
	/** Requests sent and not answered, by id. */
	const sent = new Map<string, { readonly method: string; readonly line: Buffer; isDelivered: boolean }>();
	/** Questions of the daemon that the host has not answered. */
	const asked = new Set<string>();
	let initialize: Buffer | undefined;
	let isInitialized = false;
	let state: 'idle' | 'connecting' | 'resuming' | 'open' | 'draining' = 'idle';
	let connection: Connection | undefined;
	let startAfter = 0;
	/** Connections in a row on which nothing came. */
	let fruitless = 0;

	function take(line: Buffer): void {
		const { kind, id, method, target } = kindOf(line);
		if (kind === 'request' && id !== undefined && method !== undefined) return void request(line, id, method);
		if (kind === 'response' && id !== undefined) asked.delete(id);
		if (method === 'notifications/cancelled') queue = queue.filter((queued) => kindOf(queued).id !== target);
		// Nobody is left to hear it: the next daemon asks or is told anew.
		if (state === 'open' || state === 'draining') send(line);
	}

	function request(line: Buffer, id: string, method: string): void {
		if (method === 'initialize') initialize = line;
		if (state === 'open') return void forward(line, id, method);
		// A host that only asks whether we live must not start a daemon that its owner has stopped.
		if (method === 'ping' && state === 'idle')
			return void host.write(ended(`{"jsonrpc":"2.0","id":${id},"result":{}}`));
		queue.push(line);
		if (state === 'idle') open();
	}

	function forward(line: Buffer, id: string, method: string): void {
		const request = { method, line, isDelivered: false };
		sent.set(id, request);
		send(line, () => {
			request.isDelivered = true;
		});
	}

	function send(line: Buffer | string, delivered = () => {}): void {
		const isRoomy = connection?.socket.write(ended(line), (error) => {
			if (!error) delivered();
		});
		if (isRoomy === false) host.pause();
	}

	function open(): void {
		state = 'connecting';
		connect(startAfter).then(opened, refused);
	}

	function opened(made: Connection): void {
		connection = made;
		fruitless += 1;
		const { socket, onLine } = made;
		socket.on('drain', host.resume);
		socket.once('close', lost);
		if (socket.destroyed) return void lost();
		if (isInitialized && initialize !== undefined) {
			state = 'resuming';
			send(withId(initialize, resumeId));
		} else flush();
		onLine(fromDaemon);
	}

	function flush(): void {
		state = 'open';
		for (const line of queue.splice(0)) {
			const { id, method } = kindOf(line);
			if (id !== undefined && method !== undefined) forward(line, id, method);
			else send(line);
		}
	}

	function refused(error: Error & { hint?: string }): void {
		state = 'idle';
		for (const line of queue.splice(0)) {
			const { id } = kindOf(line);
			if (id !== undefined)
				host.write(ended(errorAnswer(id, ['Switchboard:', error.message, error.hint ?? ''].join(' ').trim())));
		}
	}

	function fromDaemon(line: Buffer): void {
		fruitless = 0;
		const { kind, id, method } = kindOf(line);
		if (method === drainingMethod) return void drain();
		if (kind === 'response' && id === JSON.stringify(resumeId)) return void resumed();
		if (kind === 'response' && id !== undefined) {
			if (sent.get(id)?.method === 'initialize') isInitialized = true;
			sent.delete(id);
		}
		if (kind === 'request' && id !== undefined) asked.add(id);
		if (host.write(ended(line))) return;
		connection?.socket.pause();
		host.onDrain(() => connection?.socket.resume());
	}

	function resumed(): void {
		send(initializedLine);
		flush();
		host.write(ended(listChangedLine));
	}

	function drain(): void {
		state = 'draining';
		startAfter = Date.now() + giveWayMs;
		send(drainedLine);
	}

	/** What may have had an effect is not sent twice; all else is. */
	function lost(): void {
		connection = undefined;
		state = 'idle';
		const again: Buffer[] = [];
		for (const [id, { method, line, isDelivered }] of sent) {
			if (method === 'tools/call' && isDelivered) host.write(ended(interruptedAnswer(id)));
			else again.push(line);
		}
		sent.clear();
		for (const id of asked) {
			const params = `{"requestId":${id},"reason":"The Gateway ended."}`;
			host.write(ended(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`));
		}
		asked.clear();
		host.resume();
		queue = [...again, ...queue];
		if (fruitless >= mostFruitless) refused(new Error('The daemon hangs up on its hosts. Its log says why.'));
		else if (queue.length > 0) open();
	}

	return {
		take,
		get waiting() {
			return sent.size + queue.length;
		},
		close: () => connection?.socket.end(),
	};
}

/** One write a line: a host reads sooner what comes in one piece. */
function ended(line: Buffer | string): Buffer {
	return Buffer.concat([typeof line === 'string' ? Buffer.from(line) : line, newline]);
}
