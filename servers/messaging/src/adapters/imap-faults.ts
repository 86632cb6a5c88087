import { Fault } from '@switchboard/kit';
import type { ImapFlowError } from 'imapflow';
import { codesOf, type Endpoint, networkFault } from './network-faults.ts';

const dropped = new Set([
	'NoConnection',
	'EConnectionClosed',
	'StateLogout',
	'ClosedAfterConnectText',
	'ClosedAfterConnectTLS',
	'ECONNRESET',
	'EPIPE',
	'ERR_STREAM_DESTROYED',
]);
const oversized = new Set([
	'LineTooLarge',
	'LiteralTooLarge',
	'ResponseTooLarge',
	'TooManyTokens',
	'TooManyResponses',
	'MAX_IMAP_NESTING_REACHED',
]);

/** The connection went away, so that a read may be tried on a new one. */
export function isDropped(error: unknown): boolean {
	return codesOf(error).some((code) => dropped.has(code));
}

export function imapFault(error: unknown, endpoint: Endpoint): Fault {
	if (error instanceof Fault) return error;
	const { account } = endpoint;
	const { authenticationFailed, tlsFailed, serverResponseCode, responseStatus } = error as Partial<ImapFlowError>;
	const network = networkFault(error, endpoint);
	if (network !== undefined) return network;
	const where = `The IMAP server of account ${account}`;
	if (authenticationFailed) {
		return new Fault('unavailable', `${where} refused the log-in.`, {
			hint: `Check accounts[${account}].user and the secret that accounts[${account}].password or accessToken refers to.`,
			retryable: false,
			cause: error,
		});
	}
	if (tlsFailed) {
		return new Fault('unavailable', `${where} offers no STARTTLS, and nothing is sent unencrypted.`, {
			hint: `Check accounts[${account}].imap.tls (implicit or starttls) and its port.`,
			retryable: false,
			cause: error,
		});
	}
	if (isDropped(error))
		return new Fault('unavailable', `${where} closed the connection.`, { hint: 'Try again.', cause: error });
	if (codesOf(error).some((code) => oversized.has(code))) {
		return new Fault('too_large', `${where} answered with more than is taken in.`, {
			hint: 'Narrow the query.',
			cause: error,
		});
	}
	switch (serverResponseCode?.toUpperCase()) {
		case 'OVERQUOTA':
			return new Fault('too_large', `The mailbox of account ${account} is full.`, { cause: error });
		case 'ALREADYEXISTS':
			return new Fault('conflict', `Account ${account} has a folder of that name already.`, { cause: error });
		case 'NOPERM':
		case 'READ-ONLY':
			return new Fault('denied', `${where} does not permit that.`, { cause: error });
		case 'LIMIT':
		case 'INUSE':
		case 'UNAVAILABLE':
			return new Fault('rate_limited', `${where} is busy.`, { hint: 'Try again later.', cause: error });
	}
	if (responseStatus !== undefined)
		return new Fault('unavailable', `${where} refused the command.`, { retryable: false, cause: error });
	return new Fault('unavailable', `${where} did not do as asked.`, { retryable: false, cause: error });
}
