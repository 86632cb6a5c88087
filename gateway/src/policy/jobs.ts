import { randomUUID } from 'node:crypto';
import type { SkillResult } from '@switchboard/kit/perform';
import type { Job } from '../gateway.ts';
import type { Row, Store } from '../journal/store.ts';

/** A call as it is stored until a human has answered. */
export interface StoredCall {
	readonly call: string;
	readonly session: string;
	readonly principal: string;
	readonly host: string;
	readonly agent: string;
	/** The name hosts see. */
	readonly skill: string;
	readonly args: Readonly<Record<string, unknown>>;
	readonly argsDigest: string;
	readonly idempotencyKey: string | undefined;
	readonly run: string | undefined;
}

export type Settled = Extract<Job['state'], 'done' | 'failed' | 'denied' | 'expired' | 'cancelled' | 'unknown'>;

export interface Jobs {
	create(call: StoredCall): Job;
	/** A waiting job of this Session for the same Skill, arguments and key, which an identical call joins. */
	waitingFor(call: StoredCall): Job | undefined;
	stored(id: string): StoredCall | undefined;
	move(id: string, from: Job['state'], to: 'waiting' | 'running'): boolean;
	settle(id: string, state: Settled, result: SkillResult): void;
	/** Those not settled, of one Session or of all, oldest first. */
	open(session?: string): readonly Job[];
	list(session?: string): readonly Job[];
	/** A job of another Session is as unknown as one that never was. */
	get(id: string, session?: string): Job | undefined;
	wait(id: string, ms: number, session?: string): Promise<Job | undefined>;
}

const settledStates: readonly string[] = ['done', 'failed', 'denied', 'expired', 'cancelled', 'unknown'];

export function isSettled(job: Job): boolean {
	return settledStates.includes(job.state);
}

/** Calls that go on without their caller, and their outcomes until somebody fetches them. */
export function createJobs(store: Store, now: () => Date = () => new Date()): Jobs {
	const waiters = new Map<string, Set<() => void>>();

	function get(id: string, session?: string): Job | undefined {
		const row = store.get('SELECT * FROM jobs WHERE id = ?', id);
		if (row === undefined || (session !== undefined && row.session !== session)) return undefined;
		return jobOf(row);
	}

	return {
		create(call) {
			const id = `job_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
			store.run(
				`INSERT INTO jobs (id, call, session, principal, host, agent, skill, args, args_digest, idempotency_key, run, state, created_at)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)`,
				id,
				call.call,
				call.session,
				call.principal,
				call.host,
				call.agent,
				call.skill,
				JSON.stringify(call.args),
				call.argsDigest,
				call.idempotencyKey ?? null,
				call.run ?? null,
				now().toISOString(),
			);
			return get(id) as Job;
		},
		waitingFor({ session, skill, argsDigest, idempotencyKey }) {
			const row = store.get(
				"SELECT * FROM jobs WHERE session = ? AND skill = ? AND args_digest = ? AND idempotency_key IS ? AND state = 'waiting'",
				session,
				skill,
				argsDigest,
				idempotencyKey ?? null,
			);
			return row && jobOf(row);
		},
		stored(id) {
			const row = store.get('SELECT * FROM jobs WHERE id = ?', id);
			return row && storedOf(row);
		},
		move: (id, from, to) => store.run('UPDATE jobs SET state = ? WHERE id = ? AND state = ?', to, id, from) === 1,
		settle(id, state, result) {
			store.run(
				'UPDATE jobs SET state = ?, result = ?, settled_at = ? WHERE id = ?',
				state,
				JSON.stringify(result),
				now().toISOString(),
				id,
			);
			for (const wake of waiters.get(id) ?? []) wake();
			waiters.delete(id);
		},
		open: (session) =>
			store
				.all(
					"SELECT * FROM jobs WHERE state IN ('waiting', 'running') AND (?1 IS NULL OR session = ?1) ORDER BY rowid",
					session ?? null,
				)
				.map(jobOf),
		list: (session) =>
			(session === undefined
				? store.all('SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT 1000')
				: store.all('SELECT * FROM jobs WHERE session = ? ORDER BY created_at DESC, rowid DESC LIMIT 1000', session)
			).map(jobOf),
		get,
		async wait(id, ms, session) {
			const job = get(id, session);
			if (job === undefined || isSettled(job) || ms <= 0) return job;
			await new Promise<void>((wake) => {
				const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1));
				const listeners = waiters.get(id) ?? new Set();
				waiters.set(
					id,
					listeners.add(() => {
						clearTimeout(timer);
						wake();
					}),
				);
			});
			return get(id, session);
		},
	};
}

function jobOf(row: Row): Job {
	return {
		id: String(row.id),
		session: String(row.session),
		principal: String(row.principal),
		agent: String(row.agent),
		skill: String(row.skill),
		state: String(row.state) as Job['state'],
		createdAt: String(row.created_at),
		...(row.settled_at !== null && { settledAt: String(row.settled_at) }),
		...(row.result !== null && { result: JSON.parse(String(row.result)) as SkillResult }),
	};
}

function storedOf(row: Row): StoredCall {
	return {
		call: String(row.call),
		session: String(row.session),
		principal: String(row.principal),
		host: String(row.host),
		agent: String(row.agent),
		skill: String(row.skill),
		args: JSON.parse(String(row.args)) as Record<string, unknown>,
		argsDigest: String(row.args_digest),
		idempotencyKey: row.idempotency_key === null ? undefined : String(row.idempotency_key),
		run: row.run === null ? undefined : String(row.run),
	};
}
