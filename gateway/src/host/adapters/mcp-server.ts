import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '@switchboard/kit/log';
import type { InFlight } from '../../daemon/in-flight.ts';
import type { Session } from '../../gateway.ts';
import { atMostEvery } from '../at-most-every.ts';
import { answerHost, type HostRequest, type RequestParts } from '../requests.ts';
import { createHostView } from './host-view.ts';
import { withOwnIds } from './own-ids.ts';

export interface HostServerParts extends RequestParts {
	readonly inFlight: InFlight;
	readonly log: Log;
	/** Opens the Session of this connection, when it first asks for something. */
	open(hostName: string): Session;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const listChangedEveryMs = 1_000;
const progressPerSecond = 50;
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
	const host = createHostView(server, log);
	let session: Session | undefined;

	/** Its owner may have closed it meanwhile; the host then begins another. */
	function sessionOf(): Session {
		if (session === undefined || gateway.sessions.get(session.id) === undefined) session = parts.open(host.name());
		return session;
	}

	server.fallbackRequestHandler = async (request, extra) => {
		const controller = new AbortController();
		running.set(extra.requestId, controller);
		const end = isWaiting(request) ? undefined : inFlight.begin();
		try {
			const about = (): HostRequest => ({
				session: sessionOf(),
				host: host.of(extra.requestId),
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
		if (method === 'notifications/roots/list_changed') host.forgetRoots();
	};

	const changes = atMostEvery(listChangedEveryMs, () => void server.sendToolListChanged().catch(() => {}));
	const stopListening = gateway.catalog.onChange(changes.trigger);
	server.onclose = () => {
		stopListening();
		changes.stop();
	};
	// What follows the colon may be what the host sent.
	server.onerror = ({ message }) => log.warn({ reason: message.split(':', 1)[0] }, 'host protocol error');
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
