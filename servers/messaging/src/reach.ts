import { Fault } from '@switchboard/kit';
import type { Account } from './account.ts';
import { isOwn } from './address.ts';

/** Refuses recipients that an account cannot deliver to, before anything is written. */
export function checkReach(
	{ id, reach, own, self }: Pick<Account, 'id' | 'reach' | 'own' | 'self'>,
	recipients: readonly string[],
): void {
	if (reach === 'anyone' || recipients.every((recipient) => isOwn(recipient, own))) return;
	throw new Fault('unsupported', `Account ${id} delivers only to its owner, ${self.address} or "me".`, {
		hint: 'To write to others, configure an account with IMAP and SMTP (README of switchboard-messaging); msg_accounts lists what there is.',
	});
}
