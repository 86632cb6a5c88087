import type { Effect } from '@switchboard/kit/effect';
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
	| { readonly state: 'settled'; readonly skill: string; readonly argsDigest: string; readonly outcome: string }
	| { readonly state: 'open' | 'unknown'; readonly skill: string; readonly argsDigest: string };

/** How an effect ended; `not done` is a failure that left nothing behind, so that its key may be used again. */
export type End = 'done' | 'failed' | 'not done' | 'unknown';

export interface Journal {
	/** What this key did before, if it did anything. */
	earlier(principal: string, idempotencyKey: string): Earlier | undefined;
	/** Durable before any byte leaves. */
	intend(intention: Intention): void;
	sent(call: string): void;
	/** One that was never sent is `not done` whatever is said of it. */
	settle(call: string, end: End, outcome: string): void;
	/** How far the effect of this call came; undefined where it had none. */
	stateOf(call: string): { readonly state: string; readonly outcome?: string } | undefined;
	/** After a start: what was never sent did not happen; what was sent and not answered is unknown. Returns the unknown. */
	recover(): readonly string[];
}

/** The write-ahead record of effects; a read has none and is not in it. */
export function createJournal(store: Store, now: () => Date = () => new Date()): Journal {
	return {
		earlier(principal, key) {
			const row = store.get(
				'SELECT state, skill, args_digest, outcome FROM journal WHERE principal = ? AND idempotency_key = ?',
				principal,
				key,
			);
			if (row === undefined) return undefined;
			const about = { skill: String(row.skill), argsDigest: String(row.args_digest) };
			if (row.state === 'unknown') return { state: 'unknown', ...about };
			if (row.outcome === null) return { state: 'open', ...about };
			return { state: 'settled', ...about, outcome: String(row.outcome) };
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
		settle(call, end, outcome) {
			store.run(
				`UPDATE journal SET state = CASE WHEN state = 'intended' THEN 'failed' ELSE ?1 END,
					idempotency_key = CASE WHEN state = 'intended' OR ?2 THEN NULL ELSE idempotency_key END,
					outcome = ?3, settled_at = ?4 WHERE call = ?5`,
				end === 'not done' ? 'failed' : end,
				end === 'not done' ? 1 : 0,
				outcome,
				now().toISOString(),
				call,
			);
		},
		stateOf(call) {
			const row = store.get('SELECT state, outcome FROM journal WHERE call = ?', call);
			return row && { state: String(row.state), ...(row.outcome !== null && { outcome: String(row.outcome) }) };
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
