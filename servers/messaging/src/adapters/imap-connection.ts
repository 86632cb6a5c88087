import { Fault, type Log, type Secrets } from '@switchboard/kit';
import { ImapFlow, type MailboxObject } from 'imapflow';
import type { ImapSettings } from '../config.ts';
import { credentialsOf, tlsOf } from './credentials.ts';
import { imapFault, isDropped } from './imap-faults.ts';
import type { Endpoint } from './network-faults.ts';

export interface Limits {
	/** Longest that one call may take. */
	readonly callMs: number;
	/** How long an unused connection is kept. */
	readonly idleMs: number;
}

export interface ImapLink {
	/** Does `work` on the one connection; a `read` whose connection is dropped is done once more on a new one. */
	use<T>(kind: 'read' | 'write', signal: AbortSignal, work: (client: ImapFlow) => Promise<T>): Promise<T>;
	close(): Promise<void>;
}

/** What one server answer may take in memory: the largest draft with its attachments encoded, and some. */
const mostBytes = 160 * 1024 * 1024;

/** The connection of one account: opened on first use, shared by all calls, closed when idle. */
export function createImapLink(settings: ImapSettings, secrets: Secrets, limits: Limits, log: Log): ImapLink {
	const { host, port = settings.imap.tls === 'implicit' ? 993 : 143 } = settings.imap;
	const endpoint: Endpoint = { account: settings.id, server: 'imap', host, port };
	let opening: Promise<ImapFlow> | undefined;
	let idle: NodeJS.Timeout | undefined;
	let active = 0;

	async function open(): Promise<ImapFlow> {
		const client = new ImapFlow({
			host,
			port,
			secure: settings.imap.tls === 'implicit',
			doSTARTTLS: settings.imap.tls === 'starttls',
			auth: await credentialsOf(settings, secrets),
			tls: await tlsOf(settings),
			logger: false,
			disableAutoIdle: true,
			clientInfo: { name: 'Switchboard', version: false, vendor: false, 'support-url': false, date: false },
			connectionTimeout: Math.min(limits.callMs, 15_000),
			greetingTimeout: Math.min(limits.callMs, 15_000),
			socketTimeout: limits.callMs + limits.idleMs,
			maxLiteralSize: mostBytes,
			maxLineLength: mostBytes / 10,
			maxResponseSize: mostBytes * 2,
		});
		// Without a listener an error between two calls would end the process.
		client.on('error', (error) => log.debug({ account: settings.id, err: error }, 'imap connection failed'));
		await client.connect();
		return client;
	}

	function connection(): Promise<ImapFlow> {
		if (opening !== undefined) return opening;
		const mine = open();
		opening = mine;
		const forget = () => {
			if (opening === mine) opening = undefined;
		};
		mine.then((client) => client.once('close', forget), forget);
		return mine;
	}

	async function attempt<T>(stop: AbortSignal, work: (client: ImapFlow) => Promise<T>): Promise<T> {
		const mine = connection();
		const client = await unlessAborted(mine, stop);
		const late = () => {
			// A cancelled call's command runs to its end; one past its time has a server that hangs.
			if (stop.reason instanceof DOMException && stop.reason.name === 'TimeoutError') client.close();
		};
		stop.addEventListener('abort', late, { once: true });
		try {
			return await unlessAborted(work(client), stop);
		} catch (error) {
			// A command cut off looks like one refused, or like a message that is not there.
			if (client.usable || stop.aborted) throw error;
			if (opening === mine) opening = undefined;
			throw Object.assign(new Error('The connection was lost.', { cause: error }), { code: 'NoConnection' });
		} finally {
			stop.removeEventListener('abort', late);
		}
	}

	async function reconnecting<T>(
		kind: 'read' | 'write',
		stop: AbortSignal,
		work: (client: ImapFlow) => Promise<T>,
	): Promise<T> {
		try {
			return await attempt(stop, work);
		} catch (error) {
			if (kind === 'write' || stop.aborted || !isDropped(error)) throw error;
			return attempt(stop, work);
		}
	}

	function faultOf(error: unknown, stop: AbortSignal): Fault {
		if (!stop.aborted) return imapFault(error, endpoint);
		const seconds = limits.callMs / 1_000;
		return new Fault('timeout', `Account ${settings.id} took longer than ${seconds} s.`, { cause: error });
	}

	async function closeIdle(): Promise<void> {
		const closing = opening;
		opening = undefined;
		const client = await closing?.catch(() => undefined);
		if (client === undefined) return;
		const forced = setTimeout(() => client.close(), 2_000);
		await client.logout().catch(() => client.close());
		clearTimeout(forced);
	}

	return {
		async use(kind, signal, work) {
			const stop = AbortSignal.any([signal, AbortSignal.timeout(limits.callMs)]);
			clearTimeout(idle);
			active += 1;
			try {
				return await reconnecting(kind, stop, work);
			} catch (error) {
				signal.throwIfAborted();
				throw kind === 'read' ? faultOf(error, stop) : notKnown(faultOf(error, stop), stop.aborted || isDropped(error));
			} finally {
				active -= 1;
				if (active === 0) {
					clearTimeout(idle);
					idle = setTimeout(() => void closeIdle(), limits.idleMs);
					idle.unref();
				}
			}
		},
		async close() {
			clearTimeout(idle);
			await closeIdle();
		},
	};
}

/** A change whose answer was lost may have been made. */
function notKnown(fault: Fault, isLost: boolean): Fault {
	if (!isLost) return fault;
	const hint = 'The change may have been made all the same: look before trying again.';
	return new Fault(fault.kind, fault.message, { hint, retryable: false, cause: fault });
}

/** Does `work` with a folder open, `read` without the right to change it; other work on the connection waits. */
export async function inFolder<T>(
	client: ImapFlow,
	path: string,
	kind: 'read' | 'write',
	work: (mailbox: MailboxObject) => Promise<T>,
): Promise<T> {
	const lock = await client.getMailboxLock(path, { readOnly: kind === 'read' });
	try {
		if (client.mailbox === false) throw new Fault('unavailable', 'The folder could not be opened.');
		return await work(client.mailbox);
	} finally {
		lock.release();
	}
}

function unlessAborted<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
	// Work that nobody waits for any more may still fail.
	work.catch(() => {});
	stop.throwIfAborted();
	return new Promise((resolve, reject) => {
		const abort = () => reject(stop.reason);
		stop.addEventListener('abort', abort, { once: true });
		work.then(resolve, reject).finally(() => stop.removeEventListener('abort', abort));
	});
}
