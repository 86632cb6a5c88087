import type { Effect } from '@switchboard/kit/effect';
import type { CallStatus } from '../gateway.ts';
import type { Store } from './store.ts';

/** An effect about to be had. */
export interface Intention {
	readonly call: string;
	readonly session: string;
	readonly principal: string;
	readonly agent: string;
	readonly skill: string;
	readonly effect: Effect;
	readonly argsDigest: string;
	readonly idempotencyKey?: string | undefined;
}

/** What an idempotency key has already done. */
export type Earlier =
	| { readonly state: 'settled'; readonly argsDigest: string; readonly outcome: string }
	| { readonly state: 'open' | 'unknown'; readonly argsDigest: string };

export interface Journal {
	/** What this key did before, if it did anything. */
	earlier(principal: string, idempotencyKey: string): Earlier | undefined;
	/** Durable before any byte leaves. */
	intend(intention: Intention): void;
	sent(call: string): void;
	settle(call: string, status: CallStatus, outcome: string): void;
	/** After a start: what was never sent did not happen; what was sent and not answered is unknown. Returns the unknown. */
	recover(): readonly string[];
}

/** The write-ahead record of effects; a read has none and is not in it. */
export function createJournal(store: Store, now: () => Date = () => new Date()): Journal {
	return {
		earlier(principal, key) {
			const row = store.get(
				'SELECT state, args_digest, outcome FROM journal WHERE principal = ? AND idempotency_key = ?',
				principal,
				key,
			);
			if (row === undefined) return undefined;
			const argsDigest = String(row.args_digest);
			if (row.state === 'unknown') return { state: 'unknown', argsDigest };
			if (row.outcome === null) return { state: 'open', argsDigest };
			return { state: 'settled', argsDigest, outcome: String(row.outcome) };
		},
		intend({ call, session, principal, agent, skill, effect, argsDigest, idempotencyKey }) {
			store.run(
				`INSERT INTO journal (call, session, principal, agent, skill, effect, args_digest, idempotency_key, state, intended_at)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?)`,
				call,
				session,
				principal,
				agent,
				skill,
				effect,
				argsDigest,
				idempotencyKey ?? null,
				now().toISOString(),
			);
		},
		sent(call) {
			store.run("UPDATE journal SET state = 'sent' WHERE call = ?", call);
		},
		settle(call, status, outcome) {
			const state = status === 'done' || status === 'unknown' ? status : 'failed';
			store.run(
				'UPDATE journal SET state = ?, outcome = ?, settled_at = ? WHERE call = ?',
				state,
				outcome,
				now().toISOString(),
				call,
			);
		},
		recover() {
			const at = now().toISOString();
			return store.transaction(() => {
				// Its key is free again: nothing was sent under it.
				store.run(
					"UPDATE journal SET state = 'failed', idempotency_key = NULL, settled_at = ? WHERE state = 'intended'",
					at,
				);
				const unknown = store.all("SELECT call FROM journal WHERE state = 'sent'").map((row) => String(row.call));
				store.run("UPDATE journal SET state = 'unknown', settled_at = ? WHERE state = 'sent'", at);
				return unknown;
			});
		},
	};
}
