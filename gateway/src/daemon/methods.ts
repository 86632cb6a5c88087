import { Fault } from '@switchboard/kit/fault';
import { z } from 'zod';
import type { Job } from '../gateway.ts';
import { Answers } from '../host/envelope-schema.ts';
import { method } from './method.ts';
import { hostOf, tellingApprovals, waiting, waitLimitMs } from './waiting.ts';

const none = z.strictObject({});
const byId = z.strictObject({ id: z.string().min(1).max(200) });
const args = z.record(z.string(), z.unknown());
/** All that the owner may do over the socket. */
export const methods = {
	status: method(none, (_params, { gateway, daemon }) => ({
		...daemon.status(),
		agents: gateway.agents.list(),
		waiting: gateway.approvals.list().length,
		sessions: gateway.sessions.list().length,
	})),

	stop: method(none, (_params, { daemon }) => {
		daemon.stop();
		return { pid: process.pid };
	}),

	logs: method(none, (_params, { daemon }) => ({ file: daemon.logFile })),

	urls: method(none, (_params, { daemon }) => ({ ...daemon.status().urls, tokenFile: daemon.tokenFile })),

	ask: method(
		z.strictObject({ instruction: z.string().min(1).max(100_000), answers: Answers.optional(), ...waiting }),
		({ instruction, answers, ...how }, operator) => {
			const { gateway, signal, emit } = operator;
			const host = hostOf(how);
			return tellingApprovals(operator, () =>
				gateway.ask({
					byOwner: true,
					session: operator.session(),
					host,
					instruction,
					...(answers !== undefined && { answers }),
					signal,
					onStep: (step, index, total) => emit({ event: 'step', data: { step, index, total } }),
				}),
			);
		},
	),

	call: method(
		z.strictObject({
			name: z.string().min(1).max(200),
			args: args.default({}),
			idempotencyKey: z.string().min(1).max(200).optional(),
			...waiting,
		}),
		({ name, args, idempotencyKey, ...how }, operator) => {
			const { gateway, signal, emit } = operator;
			const host = hostOf(how);
			return tellingApprovals(operator, () =>
				gateway.call({
					byOwner: true,
					session: operator.session(),
					host,
					name,
					args,
					signal,
					...(idempotencyKey !== undefined && { idempotencyKey }),
					progress: (data) => emit({ event: 'progress', data }),
				}),
			);
		},
	),

	route: method(z.strictObject({ instruction: z.string().min(1).max(100_000) }), ({ instruction }, operator) =>
		operator.gateway.route(operator.session(), instruction),
	),

	agents: method(none, (_params, { gateway }) => gateway.agents.list()),

	skills: method(z.strictObject({ agent: z.string().optional() }), async ({ agent }, operator) => {
		const entries = await operator.gateway.catalog.list(operator.session());
		return entries.filter((entry) => agent === undefined || entry.agent === agent);
	}),

	'sessions.list': method(none, (_params, { gateway }) => gateway.sessions.list()),

	'sessions.show': method(byId, async ({ id }, { gateway }) => {
		const session = found(gateway.sessions.get(id), 'Session');
		const [artifacts, jobs] = [await gateway.listArtifacts(session), gateway.jobs.list(id)];
		return { session, artifacts, jobs, calls: gateway.audit.query({ session: id, limit: 20 }) };
	}),

	'sessions.close': method(byId, async ({ id }, { gateway }) => {
		const session = found(gateway.sessions.get(id), 'Session');
		await gateway.sessions.close(id);
		return session;
	}),

	'jobs.list': method(z.strictObject({ session: z.string().optional() }), ({ session }, { gateway }) =>
		gateway.jobs.list(session),
	),

	'jobs.show': method(byId, ({ id }, { gateway }) => found(gateway.jobs.get(id), 'job')),

	'jobs.wait': method(
		z.strictObject({ id: z.string().min(1), ms: z.int().min(0).max(waitLimitMs).default(waitLimitMs) }),
		async ({ id, ms }, { gateway, signal }) =>
			found(await Promise.race([gateway.jobs.wait(id, ms), aborted<Job>(signal)]), 'job'),
	),

	'jobs.cancel': method(byId, ({ id }, { gateway }) => {
		found(gateway.jobs.get(id), 'job');
		return { cancelled: gateway.jobs.cancel(id), job: gateway.jobs.get(id) };
	}),

	approvals: method(none, (_params, { gateway }) => gateway.approvals.list()),

	answer: method(z.strictObject({ id: z.string().min(1), yes: z.boolean() }), async ({ id, yes }, { gateway }) =>
		found(await gateway.approvals.answer(id, yes), 'open approval'),
	),

	'audit.tail': method(z.strictObject({ count: z.int().min(0).max(10_000).default(20) }), ({ count }, { gateway }) =>
		gateway.audit.tail(count),
	),

	/** Tells of every record from now on, until it is taken back. */
	'audit.follow': method(
		z.strictObject({ count: z.int().min(0).max(10_000).default(20) }),
		async ({ count }, { gateway, signal, emit }) => {
			for (const data of gateway.audit.tail(count)) emit({ event: 'record', data });
			const stop = gateway.audit.onRecord((data) => emit({ event: 'record', data }));
			await aborted(signal).catch(() => {});
			stop();
			return {};
		},
	),

	'audit.query': method(
		z.strictObject({
			agent: z.string().optional(),
			skill: z.string().optional(),
			status: z.enum(['done', 'failed', 'denied', 'pending', 'cancelled', 'unknown']).optional(),
			session: z.string().optional(),
			since: z.iso.datetime({ offset: true }).optional(),
			limit: z.int().min(1).max(100_000).optional(),
		}),
		(query, { gateway }) => gateway.audit.query(withoutAbsent(query)),
	),

	'audit.verify': method(none, (_params, { gateway }) => gateway.audit.verify()),
} as const;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type ParamsOf<Name extends MethodName> = z.input<Methods[Name]['params']>;
export type ResultOf<Name extends MethodName> = Awaited<ReturnType<Methods[Name]['run']>>;

function found<T>(value: T | undefined, what: string): T {
	if (value === undefined) throw new Fault('not_found', `There is no ${what} of this id.`);
	return value;
}

function aborted<T>(signal: AbortSignal): Promise<T> {
	return new Promise((_done, stop) => {
		const fail = (): void => stop(new Fault('cancelled', 'The command was stopped.'));
		if (signal.aborted) fail();
		else signal.addEventListener('abort', fail, { once: true });
	});
}

/** With exact optional properties, `undefined` is not the same as absent. */
function withoutAbsent<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
	return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
		[Key in keyof T]: Exclude<T[Key], undefined>;
	};
}
