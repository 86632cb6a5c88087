import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit/artifacts';
import { Fault } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import { createSchemaCheck } from './adapters/json-schema.ts';
import { connectOverStdio } from './agents/adapters/mcp-client.ts';
import { createAgents } from './agents/agents.ts';
import { createDispatch } from './agents/dispatch.ts';
import type { GatewayConfig } from './config.ts';
import type { CallOutcome, CallRequest, Gateway } from './gateway.ts';
import { createHandleCall } from './handle-call.ts';
import { createOpenAiModel, openAiConfig } from './intent/adapters/openai.ts';
import { createAsk } from './intent/ask.ts';
import { createAudit } from './journal/audit.ts';
import { createJournal } from './journal/journal.ts';
import { openStore } from './journal/store.ts';
import { notifyDesktop } from './policy/adapters/desktop.ts';
import { createApprovals } from './policy/approvals.ts';
import { shippedGrants } from './policy/grants.ts';
import { createHolding } from './policy/hold.ts';
import { createJobs } from './policy/jobs.ts';
import { recoverJobs } from './policy/recover-jobs.ts';
import { recordRefusal } from './policy/refusal.ts';
import { createFolders } from './session/folders.ts';
import { createSessions } from './session/sessions.ts';

export interface GatewayOptions {
	/** The state folder; made where there is none. */
	readonly home: string;
	readonly config: GatewayConfig;
	readonly log: Log;
}

export const version = '0.1.0';
const drainMs = 10_000;

/** The Gateway, put together. Agents start on first use. */
export async function createGateway({ home, config, log }: GatewayOptions): Promise<Gateway> {
	mkdirSync(home, { recursive: true, mode: 0o700 });
	const { grants, folders: configured, holdMs, approvalMs } = config.switchboard;
	const store = openStore(home);
	const journal = createJournal(store);
	const artifacts = createArtifacts(join(home, 'artifacts'));
	const agents = createAgents(config, home, store, connectOverStdio);
	const audit = createAudit(store);
	const jobs = createJobs(store);
	const approvals = createApprovals(store, approvalMs);
	const sessions = createSessions(store, async (session) => {
		holding.endSession(session);
		await agents.endSession(session);
		await artifacts.end(session);
		intent.forget(session);
	});
	const folders = createFolders(store, configured, sessions.isTrusted);
	const holding = createHolding({
		jobs,
		approvals,
		folders,
		notify: notifyDesktop,
		holdMs,
		sessionOf: sessions.get,
		recordRefusal: (...refusal) => recordRefusal(audit, ...refusal),
		pursue: (pursuit) => handle.pursue(pursuit),
	});
	const handle = createHandleCall({
		catalog: agents.catalog,
		check: createSchemaCheck(),
		folders,
		grants: [...grants, ...shippedGrants],
		worksInFolders: agents.worksInFolders,
		dispatch: createDispatch(config, agents, journal, sessions.origins, log),
		holding,
		audit,
		log,
		touch: sessions.touch,
	});

	for (const call of journal.recover()) log.warn({ call }, 'outcome unknown: under way when the daemon ended');
	recoverJobs(jobs, approvals, journal);
	const expiry = setInterval(expire, 1_000);
	expiry.unref();
	const openAi = openAiConfig(process.env, config.switchboard.model);
	const intent = createAsk({
		catalog: agents.catalog,
		call,
		log,
		...(openAi !== undefined && { model: createOpenAiModel(openAi) }),
	});
	const inFlight = new Set<Promise<unknown>>();
	let closing = false;

	function call(request: CallRequest): Promise<CallOutcome> {
		if (closing) throw new Fault('unavailable', 'The Gateway is stopping.', { hint: 'Call again in a moment.' });
		heed(request, () => JSON.stringify(request.args));
		const outcome = handle.call(request);
		inFlight.add(outcome);
		return outcome.finally(() => inFlight.delete(outcome));
	}

	/** A timer's error would end the daemon, and a full disk is no reason to. */
	function expire(): void {
		try {
			holding.expire();
		} catch (err) {
			log.error({ err }, 'questions could not be expired');
		}
	}

	/** What the owner names in his own words may be reached in this Session from now on. */
	function heed({ byOwner, session }: { byOwner?: boolean; session: { id: string } }, words: () => string): void {
		if (byOwner === true) sessions.grantNamedOrigins(session.id, words());
	}

	return {
		version,
		catalog: agents.catalog,
		call,
		ask(request) {
			heed(request, () => request.instruction);
			return intent.ask(request);
		},
		route: intent.route,
		sessions,
		jobs: { list: jobs.list, get: jobs.get, wait: jobs.wait, cancel: holding.cancel },
		approvals: { list: approvals.list, answer: holding.answer },
		audit,
		agents: { list: agents.list },
		readArtifact: (session, uri) =>
			artifacts
				.of(session.id)
				.resolve(uri)
				.catch(() => undefined),
		listArtifacts: (session) => artifacts.of(session.id).list(),
		async close() {
			closing = true;
			clearInterval(expiry);
			await Promise.race([Promise.allSettled(inFlight), new Promise((late) => setTimeout(late, drainMs).unref())]);
			await agents.close();
			store.close();
		},
	};
}
