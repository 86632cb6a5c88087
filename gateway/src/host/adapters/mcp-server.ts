import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitResultSchema, type ServerNotification, type ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '@switchboard/kit/log';
import { z } from 'zod';
import type { InFlight } from '../../daemon/in-flight.ts';
import type { Host, Session } from '../../gateway.ts';
import { atMostEvery } from '../at-most-every.ts';
import { answerHost, type HostRequest, type RequestParts } from '../requests.ts';
import { foldersOf } from '../roots.ts';
import { withOwnIds } from './own-ids.ts';

export interface HostServerParts extends RequestParts {
	readonly inFlight: InFlight;
	readonly log: Log;
	/** Opens the Session of this connection, when it first asks for something. */
	open(hostName: string): Session;
}

/** Looser than the SDK's, which lets one odd root spoil all. */
const RootsResult = z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) });

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** How long a host may take for what the Gateway itself would like to know. */
const rootsTimeoutMs = 5_000;
const listChangedEveryMs = 1_000;
const progressPerSecond = 50;
/** The longest a timer can be set to: the caller's signal says when to stop. */
const noTimeout = 2 ** 31 - 1;
/** Hosts give up after a minute; what takes longer becomes a job before that. */
const patience = 45_000;

const instructions =
	'Switchboard runs Skills of several Agents on the owner’s machine. A call may be held until its owner approves it; ' +
	'its answer then names a job, and job_result returns the result once it is there: do not send the same call again. ' +
	'ask takes a whole instruction in plain words.';

/** Serves one host over one transport: one SDK Server, one Session. */
export async function serveHost(
	bare: Transport,
	version: string,
	parts: HostServerParts,
): Promise<{ close(): Promise<void> }> {
	const { gateway, inFlight, log } = parts;
	const server = new Server(
		{ name: 'switchboard', title: 'Switchboard', version },
		{ capabilities: { tools: { listChanged: true }, resources: {}, prompts: {}, logging: {} }, instructions },
	);
	const running = new Map<string | number, AbortController>();
	let session: Session | undefined;
	let roots: Promise<readonly string[]> | undefined;

	function sessionOf(): Session {
		session ??= parts.open(hostName());
		return session;
	}

	function hostName(): string {
		return (server.getClientVersion()?.name ?? 'unknown').replaceAll(/[^\w .@/-]/g, '').slice(0, 64) || 'unknown';
	}

	/** The host as this request can reach it: what is asked for the request travels with it. */
	function hostOf({ requestId }: Extra): Host {
		const { elicitation, roots: hasRoots } = server.getClientCapabilities() ?? {};
		const canElicit = elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
		return {
			name: hostName(),
			patience,
			...(canElicit && {
				async elicit(message: string, signal: AbortSignal) {
					const params = { message, requestedSchema: { type: 'object' as const, properties: {} } };
					const options = { signal, timeout: noTimeout, relatedRequestId: requestId };
					return (await server.request({ method: 'elicitation/create', params }, ElicitResultSchema, options)).action;
				},
			}),
			...(hasRoots !== undefined && {
				roots() {
					roots ??= askForRoots(requestId);
					return roots;
				},
			}),
		};
	}

	async function askForRoots(relatedRequestId: string | number): Promise<readonly string[]> {
		try {
			const answer = await server.request({ method: 'roots/list' }, RootsResult, {
				timeout: rootsTimeoutMs,
				relatedRequestId,
			});
			return foldersOf(answer.roots);
		} catch (error) {
			log.warn({ host: hostName(), err: error }, 'host did not say its roots');
			return [];
		}
	}

	server.fallbackRequestHandler = async (request, extra) => {
		const controller = new AbortController();
		running.set(extra.requestId, controller);
		const end = isWaiting(request) ? undefined : inFlight.begin();
		try {
			const about = (): HostRequest => ({
				session: sessionOf(),
				host: hostOf(extra),
				signal: controller.signal,
				...progressOf(extra),
			});
			return await answerHost(request.method, request.params, about, parts);
		} finally {
			running.delete(extra.requestId);
			// The answer goes out within this turn; an end that waits for this must not come between.
			if (end !== undefined) setImmediate(end);
		}
	};

	server.fallbackNotificationHandler = async ({ method }) => {
		if (method === 'notifications/roots/list_changed') roots = undefined;
	};

	const changes = atMostEvery(listChangedEveryMs, () => void server.sendToolListChanged().catch(() => {}));
	const stopListening = gateway.catalog.onChange(changes.trigger);
	server.onclose = () => {
		stopListening();
		changes.stop();
	};
	server.onerror = (error) => log.warn({ err: error }, 'host protocol error');
	await server.connect(withOwnIds(bare, (id) => running.get(id)?.abort()));
	return { close: () => server.close() };
}

/** A job waited for is no work of this connection's own. */
function isWaiting({ method, params }: { method: string; params?: Record<string, unknown> | undefined }): boolean {
	return method === 'tools/call' && params?.name === 'job_result';
}

/** Forwards progress to a host that asked for it, bounded, since hosts redraw at each. */
function progressOf({ _meta, sendNotification }: Extra): Pick<HostRequest, 'progress'> | undefined {
	const progressToken = _meta?.progressToken;
	if (progressToken === undefined) return undefined;
	let second = 0;
	let sent = 0;
	return {
		progress(progress) {
			const now = Math.trunc(performance.now() / 1000);
			if (now !== second) [second, sent] = [now, 0];
			sent += 1;
			if (sent > progressPerSecond) return;
			// Progress is a courtesy: a host that has gone must not fail the work.
			sendNotification({ method: 'notifications/progress', params: { ...progress, progressToken } }).catch(() => {});
		},
	};
}
