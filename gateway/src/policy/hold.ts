import type { Fault } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import { commandLine } from '../command-line.ts';
import type { Approval, CallOutcome, CallRequest, Entry, Host, Job, Session } from '../gateway.ts';
import type { Pursuit } from '../handle-call.ts';
import { type Reading, readFault, readResult } from '../results/outcome.ts';
import type { Folders } from '../session/folders.ts';
import type { Notify } from './adapters/desktop.ts';
import type { Approvals, Question } from './approvals.ts';
import { nobodyAnswered, pending, saidNo, sessionOver, withdrawn } from './hold-faults.ts';
import { isSettled, type Jobs, type Settled, type StoredCall } from './jobs.ts';

/** The way back to whoever waits for a Call. */
export interface Channel {
	readonly host: Host;
	readonly signal: AbortSignal;
	readonly progress: CallRequest['progress'];
}

export interface Holding {
	/** Stores the call and puts its question to the owner, by whatever channel can reach him. */
	hold(pursuit: Pursuit, entry: Entry, question: Omit<Question, 'job'>): Promise<'held'>;
	/** The outcome of a held call once it is there, or a Fault that names its job when the host's patience ends. */
	outcome(call: StoredCall, channel: Channel): Promise<CallOutcome>;
	/** The owner's answer. A yes runs the stored call here; nobody has to send it again. */
	answer(approval: string, yes: boolean): Promise<Job | undefined>;
	cancel(job: string, session?: string): boolean;
	/** Withdraws what this Session still asks. */
	endSession(session: string): void;
	/** The owner has said no to this folder for this Session. */
	isRefused(session: string, folder: string): boolean;
	expire(): void;
}

export interface HoldingParts {
	readonly jobs: Jobs;
	readonly approvals: Approvals;
	readonly folders: Folders;
	readonly notify: Notify;
	readonly holdMs: number;
	readonly sessionOf: (id: string) => Session | undefined;
	/** Writes to the audit that a call was not carried out. */
	readonly recordRefusal: (call: StoredCall, approval: Approval, reading: Reading) => void;
	readonly pursue: (pursuit: Pursuit) => Promise<CallOutcome | 'held'>;
}

/** Ask is a job: the call is stored, the question goes out, a yes runs the stored call, the outcome can be fetched. */
export function createHolding(parts: HoldingParts): Holding {
	const { jobs, approvals, folders, notify, holdMs, sessionOf, recordRefusal, pursue } = parts;
	/** Ways back to callers still waiting, by job, and what can stop a job that runs. */
	const channels = new Map<string, Channel>();
	const running = new Map<string, AbortController>();
	/** Which job a held call became. */
	const jobsOfCalls = new Map<string, string>();
	/** How many callers still want a job's outcome, now or later. */
	const callers = new Map<string, number>();
	const refused = new Set<string>();

	async function hold(
		{ call, session, channel, job: known }: Pursuit,
		entry: Entry,
		question: Omit<Question, 'job'>,
	): Promise<'held'> {
		const stored = { ...call, agent: entry.agent };
		const joined = known === undefined ? jobs.waitingFor(stored) : undefined;
		const job = known ?? joined?.id ?? jobs.create(stored).id;
		if (known === undefined) jobsOfCalls.set(call.call, job);
		if (joined !== undefined) return 'held';
		channels.set(job, channel);
		if (known !== undefined) jobs.move(job, 'running', 'waiting');
		const approval = approvals.ask({ ...question, job });
		put(approval, session, channel);
		return 'held';
	}

	/** Asks the host's human where the host can; the desktop and the CLI are told in any case nobody else can be. */
	function put(approval: Approval, session: Session, { host, signal }: Channel): void {
		if (host.elicit === undefined) {
			notify(
				'Switchboard waits for your answer',
				`${session.host}: ${approval.skill}. ${commandLine('approve', approval.id)}`,
			);
			return;
		}
		host.elicit(approval.text, signal).then(
			async (said) => {
				// A dialog closed without an answer leaves the question to the other channels.
				if (said !== 'cancel') await answer(approval.id, said === 'accept');
			},
			() => {},
		);
	}

	async function outcome(call: StoredCall, channel: Channel): Promise<CallOutcome> {
		const started = performance.now();
		const id = jobsOfCalls.get(call.call) ?? '';
		jobsOfCalls.delete(call.call);
		callers.set(id, (callers.get(id) ?? 0) + 1);
		const onAbort = (): void => {
			const others = (callers.get(id) ?? 1) - 1;
			callers.set(id, others);
			// Who joined it, or was told to fetch it, still wants it.
			if (others === 0) cancel(id, call.session);
		};
		// It may have been taken back while it was being held.
		if (channel.signal.aborted) onAbort();
		channel.signal.addEventListener('abort', onAbort, { once: true });
		const job = await jobs.wait(id, Math.min(holdMs, channel.host.patience), call.session);
		channel.signal.removeEventListener('abort', onAbort);
		const ms = Math.round(performance.now() - started);
		const about = { call: call.call, agent: job?.agent, skill: call.skill, ms };
		if (job?.result !== undefined) return { ...about, ...readResult(job.result) };
		return {
			...about,
			...readFault(
				pending(
					id,
					approvals.list().find((open) => open.job === id),
				),
			),
		};
	}

	async function answer(id: string, yes: boolean): Promise<Job | undefined> {
		const answered = approvals.answer(id, yes);
		if (answered === undefined) return undefined;
		const { job, session, folder, digest } = answered;
		if (!yes) {
			if (folder !== undefined) refused.add(`${session} ${folder}`);
			refuse(answered, 'denied', saidNo());
			return jobs.get(job);
		}
		if (folder !== undefined) folders.grant(folder, answered.host);
		void resume(job, session, digest);
		return jobs.get(job);
	}

	/** Runs a stored call after a yes; what it needs beyond that yes is asked for anew. */
	async function resume(job: string, sessionId: string, approved: string | undefined): Promise<void> {
		const call = jobs.stored(job);
		const session = sessionOf(sessionId);
		if (call === undefined || !jobs.move(job, 'waiting', 'running')) return;
		if (session === undefined) return settle(job, 'expired', readFault(sessionOver()).result);
		const stop = new AbortController();
		running.set(job, stop);
		const { host, progress } = channels.get(job) ?? { host: { name: call.host, patience: 0 }, progress: undefined };
		const outcome = await pursue({
			call,
			session,
			channel: { host, progress, signal: stop.signal },
			job,
			...(approved !== undefined && { approved }),
		});
		running.delete(job);
		if (outcome !== 'held') settle(job, settledAs(outcome.status), outcome.result);
	}

	/** Ends a job that nobody said yes to, and says so in the audit. */
	function refuse(approval: Approval, state: Settled, fault: Fault): void {
		const reading = readFault(fault);
		const call = jobs.stored(approval.job);
		if (call !== undefined) recordRefusal(call, approval, reading);
		settle(approval.job, state, reading.result);
	}

	function settle(job: string, state: Settled, result: SkillResult): void {
		channels.delete(job);
		callers.delete(job);
		jobs.settle(job, state, result);
	}

	function cancel(id: string, session?: string): boolean {
		const job = jobs.get(id, session);
		if (job === undefined || isSettled(job)) return false;
		if (job.state === 'running') {
			running.get(id)?.abort();
			return true;
		}
		const open = approvals.list().find((approval) => approval.job === id);
		approvals.withdraw(id);
		if (open === undefined) settle(id, 'cancelled', readFault(withdrawn()).result);
		else refuse(open, 'cancelled', withdrawn());
		return true;
	}

	return {
		hold,
		outcome,
		answer,
		cancel,
		endSession(session) {
			for (const { id, state } of jobs.open(session)) if (state === 'waiting') cancel(id);
		},
		isRefused: (session, folder) => refused.has(`${session} ${folder}`),
		expire() {
			for (const approval of approvals.expire()) refuse(approval, 'expired', nobodyAnswered());
		},
	};
}

function settledAs(status: CallOutcome['status']): Settled {
	return status === 'pending' ? 'failed' : status;
}
