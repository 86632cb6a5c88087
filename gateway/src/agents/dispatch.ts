import { Fault, type FaultKind } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import type { SkillResult } from '@switchboard/kit/perform';
import { type CallMeta, metaKeys, Prepared } from '@switchboard/kit/wire';
import { type GatewayConfig, settingsOf } from '../config.ts';
import type { Entry } from '../gateway.ts';
import type { End, Intention, Journal } from '../journal/journal.ts';
import type { Channel } from '../policy/hold.ts';
import type { StoredCall } from '../policy/jobs.ts';
import { preparedByCard } from '../policy/prepare.ts';
import { withoutOurMeta } from '../results/foreign.ts';
import { readFault, readResult } from '../results/outcome.ts';
import type { Agents } from './agents.ts';
import type { AgentConnection } from './connection.ts';

export interface Dispatch {
	/** The recorded result of this idempotency key, where it was used before. */
	earlier(call: StoredCall): SkillResult | undefined;
	/** What the call would do, by its Agent where only the Agent can know. */
	prepare(call: StoredCall, entry: Entry, roots: readonly string[], signal: AbortSignal): Promise<Prepared>;
	/** Journals, sends, settles. The only way to an Agent that may have an effect. */
	send(
		call: StoredCall,
		entry: Entry,
		prepared: Prepared,
		roots: readonly string[],
		channel: Channel,
	): Promise<SkillResult>;
}

export function createDispatch(
	config: GatewayConfig,
	agents: Agents,
	journal: Journal,
	originsOf: (session: string) => readonly string[],
	log: Log,
): Dispatch {
	function earlier({ principal, idempotencyKey, skill, argsDigest }: StoredCall): SkillResult | undefined {
		if (idempotencyKey === undefined) return undefined;
		const known = journal.earlier(principal, idempotencyKey);
		if (known === undefined) return undefined;
		if (known.argsDigest !== argsDigest || known.skill !== skill)
			throw new Fault('conflict', 'This idempotency key was used for another call.', { hint: 'Use a new key.' });
		if (known.state === 'settled') return JSON.parse(known.outcome) as SkillResult;
		if (known.state === 'open') throw stillRunning();
		throw unknownOutcome('A call with this idempotency key was interrupted.');
	}

	async function prepare(
		call: StoredCall,
		entry: Entry,
		roots: readonly string[],
		signal: AbortSignal,
	): Promise<Prepared> {
		if (!entry.card.prepares) return preparedByCard(entry.card, call.args, roots);
		const result = await reach(
			call,
			entry,
			{ ...metaOf(call, roots), prepare: true },
			{ signal, progress: undefined },
			true,
		);
		if (result.isError === true)
			throw Fault.fromWire(
				readResult(result).fault ?? new Fault('internal', 'The Agent could not prepare this call.').toWire(),
			);
		const prepared = Prepared.safeParse(result._meta?.[metaKeys.prepared]);
		if (!prepared.success)
			throw new Fault('internal', `The Agent ${entry.agent} did not say what ${entry.name} would do.`);
		return prepared.data;
	}

	async function send(
		call: StoredCall,
		entry: Entry,
		prepared: Prepared,
		roots: readonly string[],
		channel: Channel,
	): Promise<SkillResult> {
		const meta = { ...metaOf(call, roots), ...(entry.card.prepares && { digest: prepared.digest }) };
		if (prepared.effect === 'read') return await reach(call, entry, meta, channel, true);
		const { call: id, session, principal, argsDigest, idempotencyKey } = call;
		intend({
			call: id,
			session,
			principal,
			agent: entry.agent,
			skill: entry.name,
			effect: prepared.effect,
			argsDigest,
			idempotencyKey,
		});
		const result = await reach(call, entry, meta, channel, false).catch((error: unknown) => {
			if (!(error instanceof Fault)) throw error;
			return readFault(error).result;
		});
		try {
			journal.settle(id, endOf(result), idempotencyKey === undefined ? '' : JSON.stringify(result));
		} catch (error) {
			// What was done was done: the record stays at `sent`, which is `unknown` after the next start.
			log.error({ call: id, err: error }, 'the end of an effect could not be recorded');
		}
		return result;
	}

	/** Of two calls with one key at the same moment, the store lets one through. */
	function intend(intention: Intention): void {
		try {
			journal.intend(intention);
		} catch (error) {
			const isTaken = (Number((error as { errcode?: unknown }).errcode) & 0xff) === constraint;
			throw isTaken && intention.idempotencyKey !== undefined ? stillRunning() : error;
		}
	}

	/** One request to the Agent. A read that its Agent's death interrupted is tried once more; nothing else ever is. */
	async function reach(
		call: StoredCall,
		entry: Entry,
		meta: CallMeta,
		channel: Pick<Channel, 'signal' | 'progress'>,
		isRead: boolean,
	): Promise<SkillResult> {
		const agent = agents.get(entry.agent);
		const done = agent.busy();
		try {
			const connection = await agent.connection();
			if (channel.signal.aborted) throw new Fault('cancelled', `${entry.name} was cancelled before it began.`);
			if (!isRead) journal.sent(call.call);
			return await request(connection, agent.own).catch(async (error: unknown) => {
				if (!(error instanceof Fault)) throw error;
				// It was sent, and nobody knows how far the Agent came.
				if (!isRead && (error.kind === 'unavailable' || error.kind === 'timeout')) throw unknownOutcome(error.message);
				if (error.kind !== 'unavailable') throw error;
				return await request(await agent.connection(), agent.own);
			});
		} finally {
			done();
		}

		async function request(connection: AgentConnection, own: boolean): Promise<SkillResult> {
			const result = await connection.call({
				name: entry.skill,
				args: call.args,
				// A foreign server learns nothing of sessions and principals.
				meta: own ? { [metaKeys.call]: meta } : {},
				signal: channel.signal,
				timeoutMs: settingsOf(config, entry.agent).callTimeoutMs,
				onProgress: channel.progress,
			});
			return own ? result : withoutOurMeta(result);
		}
	}

	function metaOf({ call, session, principal, idempotencyKey }: StoredCall, roots: readonly string[]): CallMeta {
		return {
			id: call,
			session,
			principal,
			roots: [...roots],
			origins: [...originsOf(session)],
			...(idempotencyKey !== undefined && { idempotencyKey }),
		};
	}

	return { earlier, prepare, send };
}

/** SQLite's code for a row that may not be twice. */
const constraint = 19;
/** Failures that leave open what was done before they struck. */
const inDoubt: readonly FaultKind[] = ['timeout', 'cancelled', 'internal', 'unknown_outcome'];

function endOf(result: SkillResult): End {
	const { status, fault } = readResult(result);
	// An error without a Fault of ours is a plain no of a foreign server.
	if (fault === undefined || result._meta?.[metaKeys.fault] === undefined) return status === 'done' ? 'done' : 'failed';
	if (inDoubt.includes(fault.kind)) return 'unknown';
	return fault.retryable ? 'not done' : 'failed';
}

function stillRunning(): Fault {
	return new Fault('conflict', 'A call with this idempotency key is still running.', {
		hint: 'Wait for it; do not send it again.',
	});
}

function unknownOutcome(message: string): Fault {
	return new Fault('unknown_outcome', `${message} Whether it had its effect is not known.`, {
		hint: 'Look before you send it again.',
		retryable: false,
	});
}
