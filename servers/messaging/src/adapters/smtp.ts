import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import { Fault, type Secrets } from '@switchboard/kit';
import SMTPConnection, { type SMTPConnectionAuth, type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import type { Delivery, Mail } from '../account.ts';
import type { ImapSettings } from '../config.ts';
import { type Credentials, credentialsOf, tlsOf } from './credentials.ts';
import type { Limits } from './imap-connection.ts';
import type { Endpoint } from './network-faults.ts';
import { rejectionsOf, type Stage, smtpFault } from './smtp-faults.ts';

/** A large message over a thin line takes longer than other calls. */
const patience = 4;

/** Hands one mail over on a connection of its own. */
export async function submitOver(
	settings: ImapSettings,
	secrets: Secrets,
	{ callMs }: Limits,
	mail: Mail,
	beforeContent: () => void,
	signal: AbortSignal,
): Promise<Delivery> {
	const { host, tls, port = tls === 'implicit' ? 465 : 587 } = settings.smtp;
	const endpoint: Endpoint = { account: settings.id, server: 'smtp', host, port };
	let stage: Stage = 'none';
	const content = contentOf(mail.bytes, (reached) => {
		if (reached === 'begun') beforeContent();
		stage = reached;
	});
	try {
		const credentials = await credentialsOf(settings, secrets);
		const connection = connectionTo(endpoint, tls, callMs, await tlsOf(settings));
		// Once content is under way a caller's change of mind only loses the answer.
		const stop = stopSignal(signal, callMs * patience, () => stage === 'none');
		const info = await conversation(connection, credentials, mail, content, stop);
		return {
			accepted: info.accepted.map((address) => spelled(address, mail)),
			rejected: named(rejectionsOf(info.rejectedErrors), mail),
		};
	} catch (error) {
		if (stage === 'none') signal.throwIfAborted();
		throw smtpFault(error, endpoint, stage);
	} finally {
		content.destroy();
	}
}

function connectionTo(
	{ host, port }: Endpoint,
	tls: 'implicit' | 'starttls',
	callMs: number,
	options: Awaited<ReturnType<typeof tlsOf>>,
): SMTPConnection {
	return new SMTPConnection({
		host,
		port,
		secure: tls === 'implicit',
		requireTLS: tls === 'starttls',
		tls: options,
		// The machine's own name is nobody's business.
		name: '[127.0.0.1]',
		logger: false,
		connectionTimeout: Math.min(callMs, 15_000),
		greetingTimeout: Math.min(callMs, 15_000),
		socketTimeout: callMs * patience,
		socketCloseTimeout: 0,
	});
}

/** Connect, log in, send, quit; the connection is closed however that ends. */
async function conversation(
	connection: SMTPConnection,
	credentials: Credentials,
	mail: Mail,
	content: Readable,
	stop: AbortSignal,
): Promise<SMTPConnectionSendInfo> {
	const failed = new Promise<never>((_, reject) => {
		connection.on('error', reject);
		stop.addEventListener('abort', () => reject(stop.reason), { once: true });
	});
	failed.catch(() => {});
	const step = <T>(start: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
		Promise.race([
			failed,
			new Promise<T>((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result as T)))),
		]);
	try {
		stop.throwIfAborted();
		await step<void>((done) => connection.connect(done));
		await step<boolean | undefined>((done) => connection.login(authOf(credentials), done));
		const info = await step<SMTPConnectionSendInfo>((done) => connection.send(envelopeOf(mail), content, done));
		connection.quit();
		return info;
	} catch (error) {
		connection.close();
		throw error;
	}
}

function authOf(credentials: Credentials): SMTPConnectionAuth {
	const { user } = credentials;
	if ('pass' in credentials) return { user, credentials: { user, pass: credentials.pass } };
	return { type: 'oauth2', user, oauth2: new XOAuth2({ user, accessToken: credentials.accessToken }) };
}

function envelopeOf({ from, recipients, bytes }: Mail) {
	return {
		from: inAscii(from),
		to: recipients.map(inAscii),
		size: bytes.byteLength,
		use8BitMime: bytes.some((byte) => byte > 0x7f),
	};
}

/** An international domain has an ASCII form that every server takes; a local part has none. */
function inAscii(address: string): string {
	const at = address.lastIndexOf('@');
	const domain = domainToASCII(address.slice(at + 1));
	return domain === '' ? address : `${address.slice(0, at)}@${domain}`;
}

function spelled(ascii: string, { recipients }: Mail): string {
	return recipients.find((recipient) => inAscii(recipient) === ascii) ?? ascii;
}

function named(rejected: Delivery['rejected'], mail: Mail): Delivery['rejected'] {
	return rejected.map(({ recipient, reason }) => ({ recipient: spelled(recipient, mail), reason }));
}

/** The bytes, read only once the server asks for them, saying when they begin to go and when all have. */
function contentOf(bytes: Uint8Array, reached: (stage: 'begun' | 'whole') => void): Readable {
	let sent = 0;
	return new Readable({
		read() {
			if (sent === 0) reached('begun');
			const chunk = bytes.subarray(sent, sent + 65_536);
			sent += chunk.byteLength;
			if (chunk.byteLength > 0) return void this.push(chunk);
			reached('whole');
			this.push(null);
		},
	});
}

/** The caller's abort while it `counts`, and the end of patience always. */
function stopSignal(signal: AbortSignal, ms: number, counts: () => boolean): AbortSignal {
	const stop = new AbortController();
	if (signal.aborted) stop.abort(signal.reason);
	signal.addEventListener('abort', () => counts() && stop.abort(signal.reason), { once: true });
	const late = () =>
		new Fault('timeout', `The mail could not be handed over within ${ms / 1_000} s. Nothing was sent.`);
	AbortSignal.timeout(ms).addEventListener(
		'abort',
		() => stop.abort(counts() ? late() : new Error('no answer in time')),
		{ once: true },
	);
	return stop.signal;
}
