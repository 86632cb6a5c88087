import { Fault } from '@switchboard/kit';
import type { Account, StoredMessage } from './account.ts';
import { type Address, distinct, domainOf, isAddress, isOwn, parseAddress } from './address.ts';
import { answerTo, divertsAnswers, type Recipients } from './reply.ts';

/** What a caller may write in place of the account's own address. */
const oneself = new Set(['me', 'myself', 'self']);

const mostRecipients = 100;

export interface Wanted {
	readonly to: readonly string[];
	readonly cc: readonly string[];
	readonly bcc: readonly string[];
}

export interface Envelope extends Recipients {
	readonly bcc: readonly Address[];
}

/** Who gets a draft: those an answer goes to and those that were named, each once. */
export function envelopeFor(
	account: Account,
	wanted: Wanted,
	answer?: { readonly original: StoredMessage; readonly all: boolean },
): Envelope {
	const read = (list: readonly string[], field: string) => list.map((text) => readAddress(text, field, account));
	const answered = answer === undefined ? { to: [], cc: [] } : answerTo(answer.original, account.own, answer.all);
	for (const { address } of [...answered.to, ...answered.cc]) {
		if (!isAddress(address))
			throw new Fault('invalid_input', 'The message names an address to answer to that is not one.', {
				hint: 'Draft a new message with `to` instead.',
			});
	}
	const to = distinct([...answered.to, ...read(wanted.to, 'to')]);
	const cc = distinct([...answered.cc, ...read(wanted.cc, 'cc')], to);
	const bcc = distinct(read(wanted.bcc, 'bcc'), [...to, ...cc]);
	const count = to.length + cc.length + bcc.length;
	if (count === 0)
		throw new Fault('invalid_input', 'The draft has no recipient.', {
			hint: 'Name at least one in `to`; "me" is the account itself.',
		});
	if (count > mostRecipients)
		throw new Fault('too_large', `The draft has ${count} recipients; at most ${mostRecipients} are taken.`);
	return { to, cc, bcc };
}

function readAddress(text: string, field: string, account: Account): Address {
	if (oneself.has(text.trim().toLowerCase())) return account.self;
	const address = parseAddress(text);
	if (address !== undefined) return address;
	throw new Fault('invalid_input', `${field}: ${JSON.stringify(text.slice(0, 80))} is not one e-mail address.`, {
		hint: 'Write ada@example.com or Ada <ada@example.com>, one an entry; contacts_resolve finds addresses by name.',
	});
}

/** What the owner should know before sending, without words of anybody else. */
export function warningsFor(
	account: Account,
	{ to, cc, bcc }: Envelope,
	strangers: readonly string[],
	original?: StoredMessage,
): string[] {
	const all = [...to, ...cc, ...bcc].map(({ address }) => address);
	const home = new Set(account.own.map(domainOf));
	const outside = [...new Set(all.filter((address) => !home.has(domainOf(address))).map(domainOf))];
	return [
		...(original !== undefined && divertsAnswers(original)
			? ['Reply-To differs: answers go to another domain than the message came from.']
			: []),
		...(strangers.length > 0 ? [`New recipient: no mail to or from ${strangers.join(', ')} was found.`] : []),
		...(outside.length > 0 ? [`External domain: ${outside.join(', ')}.`] : []),
	];
}

/** The recipients of whom the account knows no mail; at most so many are looked up. */
export async function strangersAmong(
	account: Account,
	{ to, cc, bcc }: Envelope,
	signal: AbortSignal,
): Promise<string[]> {
	const others = [...to, ...cc, ...bcc].filter(({ address }) => !isOwn(address, account.own)).slice(0, 5);
	const strangers: string[] = [];
	for (const { address } of others) {
		const known = await Promise.all([
			account.search('inbox', { from: address }, { limit: 1 }, signal),
			account.search('sent', { to: address }, { limit: 1 }, signal).catch((error: unknown) => {
				if (error instanceof Fault && error.kind === 'not_found') return { items: [] };
				throw error;
			}),
		]);
		if (known.every(({ items }) => items.length === 0)) strangers.push(address);
	}
	return strangers;
}
