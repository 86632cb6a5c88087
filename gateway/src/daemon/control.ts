import { Fault, FaultWire } from '@switchboard/kit/fault';
import type { Connection } from './connect.ts';
import type { MethodName, ParamsOf, ResultOf } from './methods.ts';
import type { ControlEvent } from './operator-context.ts';

export interface RequestOptions {
	readonly onEvent?: (event: ControlEvent) => void;
	/** Takes the request back: the daemon cancels what it was doing for it. */
	readonly signal?: AbortSignal;
}

/** The operator's connection to the daemon. */
export interface Control {
	/** The daemon at the other end. */
	readonly daemon: { readonly version: string; readonly pid: number };
	/** Answers the method's result, or throws the Fault it ended in. */
	request<Name extends MethodName>(
		method: Name,
		params: ParamsOf<Name>,
		options?: RequestOptions,
	): Promise<ResultOf<Name>>;
	/** Resolves when the daemon has hung up. */
	readonly closed: Promise<void>;
	close(): void;
}

/** One line from the daemon: an answer, or an event of a request still under way. */
type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly error: unknown } | ControlEvent);

interface Waiting {
	done(result: unknown): void;
	fail(fault: Fault): void;
	readonly onEvent: RequestOptions['onEvent'];
}

/** Speaks the control protocol over a connection whose hello has been answered. */
export function createControl({ socket, version, pid, onLine }: Connection): Control {
	const waiting = new Map<number, Waiting>();
	let lastId = 0;

	function send(message: object): void {
		socket.write(`${JSON.stringify(message)}\n`);
	}

	onLine((line) => {
		// The daemon is of this owner and its version was compared, so its lines are taken at their word.
		const reply = JSON.parse(line.toString('utf8')) as Reply;
		const request = waiting.get(reply.id);
		if ('event' in reply) return void request?.onEvent?.(reply);
		waiting.delete(reply.id);
		if ('error' in reply) request?.fail(Fault.fromWire(FaultWire.parse(reply.error)));
		else request?.done(reply.result);
	});

	const closed = new Promise<void>((done) => {
		socket.once('close', () => {
			for (const { fail } of waiting.values())
				fail(new Fault('unavailable', 'The daemon ended while it was asked.', { hint: 'Try again.' }));
			waiting.clear();
			done();
		});
	});

	return {
		daemon: { version, pid },
		closed,
		request(method, params, { onEvent, signal } = {}) {
			lastId += 1;
			const id = lastId;
			return new Promise((done, fail) => {
				if (socket.destroyed) return fail(new Fault('unavailable', 'The connection to the daemon is closed.'));
				waiting.set(id, { done: done as (result: unknown) => void, fail, onEvent });
				send({ id, method, params });
				signal?.addEventListener('abort', () => waiting.has(id) && send({ cancel: id }), { once: true });
			});
		},
		close: () => void socket.end(),
	};
}
