import { randomBytes } from 'node:crypto';
import type { Effect, Target } from '@switchboard/kit/effect';
import type { Approval } from '../gateway.ts';
import type { Row, Store } from '../journal/store.ts';

/** A question to put to the owner about one stored call. */
export interface Question {
	readonly job: string;
	readonly effect: Effect;
	readonly targets: readonly Target[];
	readonly text: string;
	readonly reason: string;
	/** Binds a yes to what prepare said; absent where the question is about a folder. */
	readonly digest?: string;
	readonly folder?: string;
}

export interface Answered extends Approval {
	readonly digest: string | undefined;
	readonly folder: string | undefined;
}

export interface Approvals {
	ask(question: Question): Approval;
	/** What waits for an answer. */
	list(): readonly Approval[];
	/** One-shot: the first answer to a question still open, undefined for any other. */
	answer(id: string, yes: boolean): Answered | undefined;
	/** Questions whose time is over, each returned once, now expired. */
	expire(): readonly Approval[];
	/** Nobody needs an answer to this job's question any more. */
	withdraw(job: string): void;
}

/** Questions that only the owner's own channels can answer; no answer in time is a no. */
export function createApprovals(store: Store, lifetimeMs: number, now: () => Date = () => new Date()): Approvals {
	const rows = `SELECT a.*, j.session, j.principal, j.host, j.agent, j.skill FROM approvals a JOIN jobs j ON j.id = a.job`;

	function get(id: string): Answered | undefined {
		const row = store.get(`${rows} WHERE a.id = ?`, id);
		return row && approvalOf(row);
	}

	return {
		ask({ job, effect, targets, text, reason, digest, folder }) {
			const id = `a_${randomBytes(10).toString('hex')}`;
			const at = now();
			store.run(
				`INSERT INTO approvals (id, job, digest, folder, effect, targets, text, reason, created_at, expires_at, state)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`,
				id,
				job,
				digest ?? null,
				folder ?? null,
				effect,
				JSON.stringify(targets),
				text,
				reason,
				at.toISOString(),
				new Date(at.getTime() + lifetimeMs).toISOString(),
			);
			return get(id) as Approval;
		},
		list: () => store.all(`${rows} WHERE a.state = 'waiting' ORDER BY a.created_at`).map(approvalOf),
		answer(id, yes) {
			const at = now().toISOString();
			const changed = store.run(
				"UPDATE approvals SET state = ? WHERE id = ? AND state = 'waiting' AND expires_at > ?",
				yes ? 'approved' : 'denied',
				id,
				at,
			);
			return changed === 1 ? get(id) : undefined;
		},
		expire() {
			const over = store
				.all(`${rows} WHERE a.state = 'waiting' AND a.expires_at <= ?`, now().toISOString())
				.map(approvalOf);
			return over.filter(
				({ id }) => store.run("UPDATE approvals SET state = 'expired' WHERE id = ? AND state = 'waiting'", id) === 1,
			);
		},
		withdraw(job) {
			store.run("UPDATE approvals SET state = 'expired' WHERE job = ? AND state = 'waiting'", job);
		},
	};
}

function approvalOf(row: Row): Answered {
	return {
		id: String(row.id),
		job: String(row.job),
		session: String(row.session),
		principal: String(row.principal),
		host: String(row.host),
		agent: String(row.agent),
		skill: String(row.skill),
		effect: String(row.effect) as Effect,
		targets: JSON.parse(String(row.targets)) as Target[],
		text: String(row.text),
		reason: String(row.reason),
		createdAt: String(row.created_at),
		expiresAt: String(row.expires_at),
		state: String(row.state) as Approval['state'],
		digest: row.digest === null ? undefined : String(row.digest),
		folder: row.folder === null ? undefined : String(row.folder),
	};
}
