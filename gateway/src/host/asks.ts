import { randomUUID } from 'node:crypto';
import { asFault, type Fault } from '@switchboard/kit/fault';
import type { Envelope } from '../gateway.ts';

/** An instruction under way or done, which its host may have stopped waiting for. */
export interface Ask {
	readonly id: string;
	readonly session: string;
	readonly createdAt: string;
	readonly state: 'running' | 'done' | 'failed' | 'cancelled';
	readonly settledAt?: string;
	readonly envelope?: Envelope;
	readonly fault?: Fault;
}

export interface Asks {
	start(session: string, run: (signal: AbortSignal) => Promise<Envelope>): Ask;
	/** An ask of another Session is as unknown as one that never was. */
	get(id: string, session: string): Ask | undefined;
	/** Resolves when it is settled, or after `ms` as it then is. */
	wait(id: string, session: string, ms: number): Promise<Ask | undefined>;
	cancel(id: string, session: string): boolean;
}

/** How many settled ones are kept for hosts to fetch. */
const keptAsks = 200;

/** Instructions go on when a host stops waiting; their Envelopes are fetched as those of jobs are. */
export function createAsks(now: () => Date = () => new Date()): Asks {
	const asks = new Map<string, { ask: Ask; readonly settled: Promise<void>; readonly controller: AbortController }>();

	function find(id: string, session: string) {
		const found = asks.get(id);
		return found?.ask.session === session ? found : undefined;
	}

	function forgetOldest(): void {
		for (const [id, { ask }] of asks) {
			if (asks.size <= keptAsks) return;
			if (ask.state !== 'running') asks.delete(id);
		}
	}

	return {
		start(session, run) {
			const controller = new AbortController();
			const ask: Ask = {
				id: `ask_${randomUUID().replaceAll('-', '').slice(0, 20)}`,
				session,
				createdAt: now().toISOString(),
				state: 'running',
			};
			const settle = (end: Partial<Ask>): void => {
				record.ask = { ...ask, ...end, settledAt: now().toISOString() };
				forgetOldest();
			};
			const settled = Promise.resolve()
				.then(() => run(controller.signal))
				.then(
					(envelope) => settle({ state: 'done', envelope }),
					(error: unknown) =>
						settle({ state: controller.signal.aborted ? 'cancelled' : 'failed', fault: asFault(error) }),
				);
			const record = { ask, settled, controller };
			asks.set(ask.id, record);
			return ask;
		},
		get: (id, session) => find(id, session)?.ask,
		async wait(id, session, ms) {
			const record = find(id, session);
			if (record === undefined) return undefined;
			let timer: NodeJS.Timeout | undefined;
			await Promise.race([
				record.settled,
				new Promise<void>((over) => {
					timer = setTimeout(over, ms);
				}),
			]);
			clearTimeout(timer);
			return record.ask;
		},
		cancel(id, session) {
			const record = find(id, session);
			if (record?.ask.state !== 'running') return false;
			record.controller.abort();
			return true;
		},
	};
}
