import { Fault } from '@switchboard/kit';
import type { NodemailerError } from 'nodemailer';
import type { Delivery } from '../account.ts';
import { codesOf, type Endpoint, networkFault } from './network-faults.ts';

/** How far a message's content had got when something failed. */
export type Stage = 'none' | 'begun' | 'whole';

export function smtpFault(error: unknown, endpoint: Endpoint, stage: Stage): Fault {
	if (error instanceof Fault) return error;
	const { code, command, responseCode, rejectedErrors } = error as NodemailerError;
	const { account } = endpoint;
	const where = `The SMTP server of account ${account}`;
	// An answer says that the message was refused; without one nobody knows once all of it had gone out.
	if (stage === 'whole' && responseCode === undefined) {
		return new Fault(
			'unknown_outcome',
			`${where} went away after it was given the message and before it said whether it took it.`,
			{ cause: error },
		);
	}
	if (rejectedErrors !== undefined && rejectedErrors.length > 0) {
		const each = rejectedErrors.map((one) => `${one.recipient ?? 'a recipient'} (${reasonOf(one)})`).join(', ');
		return new Fault('invalid_input', `${where} refused every recipient: ${each}. Nothing was sent.`, {
			hint: 'Correct the addresses in a new draft.',
			retryable: false,
			cause: error,
		});
	}
	if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') {
		return new Fault('unavailable', `${where} refused the log-in.`, {
			hint: `Check accounts[${account}].user and the secret that accounts[${account}].password or accessToken refers to.`,
			retryable: false,
			cause: error,
		});
	}
	if (command?.startsWith('MAIL')) return refusedMail(where, account, error as NodemailerError);
	const network = networkFault(error, endpoint);
	if (network !== undefined) return network;
	if (code === 'ETLS' || command === 'STARTTLS') {
		return new Fault('unavailable', `${where} offers no STARTTLS, and nothing is sent unencrypted.`, {
			hint: `Check accounts[${account}].smtp.tls (implicit or starttls) and its port.`,
			retryable: false,
			cause: error,
		});
	}
	if (responseCode !== undefined) {
		return new Fault(
			responseCode === 552 ? 'too_large' : 'unavailable',
			`${where} refused the message (${reasonOf(error as NodemailerError)}). Nothing was sent.`,
			{
				retryable: responseCode < 500,
				cause: error,
			},
		);
	}
	const lost = codesOf(error).length > 0;
	return new Fault(
		'unavailable',
		`${where} ${lost ? 'closed the connection' : 'did not do as asked'}. Nothing was sent.`,
		{ hint: 'Try again.', cause: error },
	);
}

function refusedMail(where: string, account: string, error: NodemailerError): Fault {
	if (error.responseCode === 552 || error.responseCode === undefined) {
		return new Fault('too_large', `${where} takes no message of that size. Nothing was sent.`, {
			hint: 'Send fewer or smaller attachments.',
			cause: error,
		});
	}
	return new Fault(
		'denied',
		`${where} does not let it send from this address (${reasonOf(error)}). Nothing was sent.`,
		{
			hint: `Check accounts[${account}].address and user.`,
			retryable: error.responseCode < 500,
			cause: error,
		},
	);
}

export function rejectionsOf(errors: readonly NodemailerError[] = []): Delivery['rejected'] {
	return errors.map((error) => ({ recipient: error.recipient ?? '', reason: reasonOf(error) }));
}

/** What a reply means, in our words: the server's own may quote anybody. */
function reasonOf({ response = '', responseCode }: NodemailerError): string {
	const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
	const codes = [responseCode ?? '', enhanced ?? ''].join(' ').trim();
	const words = meanings.find(([pattern]) => pattern.test(enhanced ?? '') || pattern.test(String(responseCode)))?.[1];
	const meaning = words ?? (responseCode !== undefined && responseCode < 500 ? 'refused for now' : 'refused');
	return codes === '' ? meaning : `${codes}: ${meaning}`;
}

const meanings: readonly (readonly [RegExp, string])[] = [
	[/^5\.1\.[01]$/, 'no such mailbox'],
	[/^5\.1\.(2|10)$/, 'its domain takes no mail'],
	[/^5\.1\.3$/, 'the address is malformed'],
	[/^5\.2\.1$/, 'the mailbox is disabled'],
	[/^[45]\.2\.2$/, 'the mailbox is full'],
	[/^[45]\.(2|3)\.[34]$/, 'the message is too large'],
	[/^5\.6\.7$/, 'the address needs SMTPUTF8, which the server has not'],
	[/^5\.7\./, 'not permitted'],
	[/^4\.7\./, 'not permitted for now'],
	[/^550$/, 'no such mailbox or not permitted'],
	[/^552$/, 'the message is too large or the mailbox full'],
	[/^45[0-2]$/, 'not available for now'],
];
