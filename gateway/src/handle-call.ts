import { randomUUID } from 'node:crypto';
import { digestOf } from '@switchboard/kit/digest';
import { asFault, Fault } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import { clean } from '@switchboard/kit/outside';
import type { Prepared } from '@switchboard/kit/wire';
import type { SchemaCheck } from './adapters/json-schema.ts';
import type { Dispatch } from './agents/dispatch.ts';
import type { CallOutcome, CallRequest, Catalog, Entry, HandleCall, Session } from './gateway.ts';
import type { Audit } from './journal/audit.ts';
import { decide } from './policy/decide.ts';
import type { Grant } from './policy/grants.ts';
import type { Channel, Holding } from './policy/hold.ts';
import type { StoredCall } from './policy/jobs.ts';
import { folderQuestion, questionFor } from './policy/question.ts';
import { withRealPaths } from './policy/real-targets.ts';
import { type Reading, readFault, readResult } from './results/outcome.ts';
import type { Folders } from './session/folders.ts';

export interface CallParts {
	readonly catalog: Catalog;
	readonly check: SchemaCheck;
	readonly folders: Folders;
	readonly grants: readonly Grant[];
	readonly dispatch: Dispatch;
	/** Whether this Agent has Skills that name paths. */
	readonly worksInFolders: (agent: string) => boolean;
	readonly holding: Holding;
	readonly audit: Audit;
	readonly log: Log;
	readonly touch: (session: string) => void;
}

/** A Call on its way, with what its approval said when it is a stored one going on. */
export interface Pursuit {
	readonly call: StoredCall;
	readonly session: Session;
	readonly channel: Channel;
	/** The job it is, once it has been held. */
	readonly job?: string;
	/** What the owner said yes to. */
	readonly approved?: string;
}

/** THE LIFE OF A CALL: host → look-up → input check → ground → prepare → policy → (approval) → journal → Agent → result → audit → host. */
export function createHandleCall(parts: CallParts): {
	readonly call: HandleCall;
	readonly pursue: (pursuit: Pursuit) => Promise<CallOutcome | 'held'>;
} {
	const { catalog, check, folders, grants, dispatch, holding, audit, log } = parts;

	async function call(request: CallRequest): Promise<CallOutcome> {
		parts.touch(request.session.id);
		const pursuit = pursuitOf(request);
		const outcome = await pursue(pursuit);
		// A call that was held is answered by its job, or by how to fetch it.
		return outcome === 'held' ? await holding.outcome(pursuit.call, pursuit.channel) : outcome;
	}

	async function pursue(pursuit: Pursuit): Promise<CallOutcome | 'held'> {
		const started = performance.now();
		const trace: Trace = { decision: 'none', rule: 'none' };
		const reading = await attempt(pursuit, trace).catch((error: unknown) => {
			const fault = asFault(error);
			if (fault.kind === 'internal')
				log.error({ call: pursuit.call.call, skill: pursuit.call.skill, err: fault.cause }, 'call failed unforeseen');
			return readFault(fault);
		});
		const ms = Math.round(performance.now() - started);
		try {
			record(pursuit, trace, reading === 'held' ? { status: 'pending' } : reading, ms);
		} catch (err) {
			// An effect is in the journal already: a full disk must neither hide its outcome nor stop reading.
			log.error({ call: pursuit.call.call, err }, 'the audit could not be written');
		}
		if (reading === 'held') return 'held';
		const { call: id, skill } = pursuit.call;
		return { call: id, agent: trace.entry?.agent, skill, ms, ...reading };
	}

	async function attempt(pursuit: Pursuit, trace: Trace): Promise<Reading | 'held'> {
		const { call: stored, session, channel } = pursuit;
		const entry = await catalog.find(stored.skill, session);
		if (entry === undefined) throw unknownSkill(stored.skill);
		trace.entry = entry;
		checkInput(entry, stored.args);

		const earlier = dispatch.earlier(stored);
		if (earlier !== undefined) return readResult(earlier);

		const ground = await folders.groundOf(session, channel.host);
		const folder = worksInFolders(entry) ? ground.wishes[0] : undefined;
		if (folder !== undefined && !holding.isRefused(session.id, folder)) {
			trace.decision = 'ask';
			trace.rule = 'new folder';
			return await holding.hold(pursuit, entry, {
				effect: 'write',
				targets: [{ kind: 'path', value: folder }],
				text: folderQuestion(session, folder),
				reason: 'new folder',
				folder,
			});
		}

		const prepared = await dispatch.prepare(stored, entry, ground.roots, channel.signal);
		trace.prepared = prepared;
		const deed = deedOf(stored, entry, { ...prepared, targets: [...(await withRealPaths(prepared.targets, grants))] });
		const ruling = decide(deed, grants);
		trace.decision = ruling.verdict;
		trace.rule = ruling.rule;
		if (ruling.verdict === 'deny') throw refusal(entry, ruling.rule);
		if (ruling.verdict === 'ask' && pursuit.approved !== prepared.digest) {
			const { effect, targets, digest } = prepared;
			return await holding.hold(pursuit, entry, {
				effect,
				targets,
				text: questionFor(entry, session, prepared),
				reason: ruling.rule,
				digest,
			});
		}
		if (ruling.verdict === 'ask') trace.decision = 'approved';
		return readResult(await dispatch.send(stored, entry, prepared, ground.roots, channel));
	}

	/** A Skill that names paths does; one that prepares may, when its Agent's others do. */
	function worksInFolders({ card, agent }: Entry): boolean {
		return Object.values(card.targets).includes('path') || (card.prepares && parts.worksInFolders(agent));
	}

	function checkInput(entry: Entry, args: StoredCall['args']): void {
		const problems = check(entry.card.inputSchema, args);
		if (problems.length === 0) return;
		throw new Fault('invalid_input', `${entry.name}: ${problems.join('; ')}.`, {
			hint: 'Correct the named inputs and call again.',
		});
	}

	function record(
		{ call: stored, session }: Pursuit,
		trace: Trace,
		reading: Pick<Reading, 'status'> & Partial<Reading>,
		ms: number,
	): void {
		const effect = trace.prepared?.effect ?? trace.entry?.card.effect ?? 'none';
		audit.append(
			{
				at: new Date().toISOString(),
				call: stored.call,
				...(stored.run !== undefined && { run: stored.run }),
				session: session.id,
				principal: session.principal,
				host: session.host,
				agent: trace.entry?.agent ?? 'none',
				skill: stored.skill.slice(0, 100),
				effect,
				targets: trace.prepared?.targets ?? [],
				decision: trace.decision,
				rule: trace.rule,
				status: reading.status,
				...(reading.fault !== undefined && { fault: reading.fault.kind }),
				ms,
				argsDigest: stored.argsDigest,
				...(reading.result !== undefined && { resultDigest: digestOf(reading.result) }),
			},
			effect !== 'read' && effect !== 'none',
		);
		log.info(
			{
				call: stored.call,
				session: session.id,
				agent: trace.entry?.agent,
				skill: stored.skill.slice(0, 100),
				status: reading.status,
				ms,
			},
			'call',
		);
	}

	return { call, pursue };
}

interface Trace {
	entry?: Entry;
	prepared?: Prepared;
	decision: string;
	rule: string;
}

function pursuitOf({ session, host, name, args, signal, idempotencyKey, progress, run }: CallRequest): Pursuit {
	const call: StoredCall = {
		call: randomUUID(),
		session: session.id,
		principal: session.principal,
		host: session.host,
		agent: '',
		skill: name,
		args,
		argsDigest: digestOf(args),
		idempotencyKey,
		run,
	};
	return { call, session, channel: { host, signal, progress } };
}

/** A Skill that may not be used and one that does not exist look the same. */
function unknownSkill(name: string): Fault {
	return new Fault('not_found', `There is no Skill named ${JSON.stringify(clean(name.slice(0, 64)))}.`, {
		hint: 'List the tools for the current names.',
	});
}

function refusal(entry: Entry, rule: string): Fault {
	return new Fault('denied', `${entry.name} is not granted (${rule}).`, {
		hint: 'The owner decides this by a grant in mcp.json; do not try another way.',
	});
}

function deedOf({ principal }: StoredCall, { agent, name, card }: Entry, { effect, targets, reversible }: Prepared) {
	return { principal, agent, skill: name, effect, targets, reversible: reversible ?? card.reversible };
}
