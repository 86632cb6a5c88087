import { Fault } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import { type CallMeta, metaKeys, Prepared } from '@switchboard/kit/wire';
import { type GatewayConfig, settingsOf } from '../config.ts';
import type { Entry } from '../gateway.ts';
import type { Journal } from '../journal/journal.ts';
import type { Channel } from '../policy/hold.ts';
import type { StoredCall } from '../policy/jobs.ts';
import { preparedByCard } from '../policy/prepare.ts';
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
): Dispatch {
	function earlier({ principal, idempotencyKey, argsDigest }: StoredCall): SkillResult | undefined {
		if (idempotencyKey === undefined) return undefined;
		const known = journal.earlier(principal, idempotencyKey);
		if (known === undefined) return undefined;
		if (known.argsDigest !== argsDigest)
			throw new Fault('conflict', 'This idempotency key was used for other arguments.', { hint: 'Use a new key.' });
		if (known.state === 'settled') return JSON.parse(known.outcome) as SkillResult;
		if (known.state === 'open')
			throw new Fault('conflict', 'A call with this idempotency key is still running.', {
				hint: 'Wait for it; do not send it again.',
			});
		throw unknownOutcome('A call with this idempotency key was under way when the Gateway stopped.');
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
		journal.intend({
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
		journal.settle(id, readResult(result).status, idempotencyKey === undefined ? '' : JSON.stringify(result));
		return result;
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
			if (!isRead) journal.sent(call.call);
			return await request(connection, agent.own).catch(async (error: unknown) => {
				if (!(error instanceof Fault) || error.kind !== 'unavailable') throw error;
				if (!isRead) throw unknownOutcome(error.message);
				return await request(await agent.connection(), agent.own);
			});
		} finally {
			done();
		}

		function request(connection: AgentConnection, own: boolean): Promise<SkillResult> {
			return connection.call({
				name: entry.skill,
				args: call.args,
				// A foreign server learns nothing of sessions and principals.
				meta: own ? { [metaKeys.call]: meta } : {},
				signal: channel.signal,
				timeoutMs: settingsOf(config, entry.agent).callTimeoutMs,
				onProgress: channel.progress,
			});
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

function unknownOutcome(message: string): Fault {
	return new Fault('unknown_outcome', `${message} Whether it had its effect is not known.`, {
		hint: 'Look before you send it again.',
		retryable: false,
	});
}
