import type { Summary } from './account.ts';
import { type Address, distinct, domainOf, formatAddress, isOwn } from './address.ts';

type Original = Pick<
	Summary,
	'from' | 'replyTo' | 'to' | 'cc' | 'subject' | 'date' | 'messageId' | 'inReplyTo' | 'references'
>;

export interface Recipients {
	readonly to: readonly Address[];
	readonly cc: readonly Address[];
}

/** Who gets an answer. An answer to one's own message goes to those it went to; one to a note to self, to oneself. */
export function answerTo(original: Original, own: readonly string[], all: boolean): Recipients {
	const others = (list: readonly Address[]) => list.filter(({ address }) => !isOwn(address, own));
	const senders = original.replyTo.length > 0 ? original.replyTo : original.from;
	const sentByOwner = original.from.length > 0 && original.from.every(({ address }) => isOwn(address, own));
	const direct = sentByOwner && original.replyTo.length === 0 ? others(original.to) : senders;
	const first = direct.length > 0 ? direct : senders;
	const to = distinct(all ? [...first, ...(sentByOwner ? [] : others(original.to))] : first);
	return { to, cc: all ? distinct(others(original.cc), to) : [] };
}

const answered = /^\s*(re|aw|sv|antw|odp|rif|ref|vs)\s*(\[\d+\])?\s*:/i;
const forwarded = /^\s*(fwd?|wg|tr|rv|i)\s*(\[\d+\])?\s*:/i;

export function answerSubject(subject: string): string {
	return answered.test(subject) ? subject : `Re: ${subject}`;
}

export function forwardSubject(subject: string): string {
	return forwarded.test(subject) ? subject : `Fwd: ${subject}`;
}

/** In-Reply-To and References (RFC 5322, 3.6.4): the eldest and the latest ancestors, and the message itself. */
export function threadHeaders(original: Original): {
	readonly inReplyTo?: string;
	readonly references: readonly string[];
} {
	const { messageId, inReplyTo, references } = original;
	const ancestors = references.length > 0 ? references : inReplyTo === '' ? [] : [inReplyTo];
	const kept = ancestors.length <= 21 ? ancestors : [...ancestors.slice(0, 1), ...ancestors.slice(-20)];
	if (messageId === '') return { references: kept };
	return { inReplyTo: messageId, references: [...kept.filter((id) => id !== messageId), messageId] };
}

/** The message answered, quoted below the answer. */
export function quoted(original: Original, text: string): string {
	const who = original.from.slice(0, 3).map(formatAddress).join(', ');
	const lines = text.trimEnd().split('\n');
	return [
		`On ${day(original.date)}, ${who} wrote:`,
		...lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`)),
	].join('\n');
}

/** The message passed on, below what is said about it. */
export function passedOn(original: Original, text: string): string {
	const list = (addresses: readonly Address[]) => addresses.map(formatAddress).join(', ');
	return [
		'---------- Forwarded message ----------',
		`From: ${list(original.from)}`,
		`Date: ${day(original.date)}`,
		`Subject: ${original.subject}`,
		`To: ${list(original.to)}`,
		...(original.cc.length > 0 ? [`Cc: ${list(original.cc)}`] : []),
		'',
		text.trimEnd(),
	].join('\n');
}

/** A Reply-To in another domain than the sender's: where answers go is not where the mail says it is from. */
export function divertsAnswers({ from, replyTo }: Pick<Original, 'from' | 'replyTo'>): boolean {
	const domains = new Set(from.map(({ address }) => domainOf(address)));
	return replyTo.some(({ address }) => !domains.has(domainOf(address)));
}

function day(date: string): string {
	return date.replace('T', ' ').slice(0, 16);
}
