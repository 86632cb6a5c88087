import { z } from 'zod';
import type { Summary } from './account.ts';
import { formatAddress } from './address.ts';
import { verdictsOf } from './authentication.ts';
import { line } from './line.ts';
import type { MessagingPorts } from './ports.ts';
import { messageRef } from './refs.ts';
import { threadOf } from './thread.ts';

/** One line of text that goes into a header or a search: what could begin another header is refused. */
export const OneLine = z
	.string()
	.max(1_000)
	.regex(/^[^\r\n\0]*$/, 'must be one line');
export const AccountId = z.string().min(1).max(40);
export const MessageRef = z.string().startsWith('m_').max(2_000);
export const FolderName = OneLine.min(1).max(200).describe('Path or role: inbox, sent, drafts, archive, trash, junk');
export const Day = z.iso.date();

export const PartialFailures = z.array(z.object({ account: z.string(), fault: z.string(), message: z.string() }));

export const Verdicts = z.object({
	spf: z.string().optional(),
	dkim: z.string().optional(),
	dmarc: z.string().optional(),
});

export const Item = z.object({
	ref: z.string(),
	account: z.string(),
	folder: z.string(),
	from: z.string(),
	to: z.string(),
	subject: z.string(),
	preview: z.string(),
	date: z.string(),
	flags: z.array(z.string()),
	attachments: z.int(),
	/** Equal for messages of one conversation. */
	thread: z.string(),
	auth: Verdicts.optional(),
});
export type Item = z.infer<typeof Item>;

export function itemOf(summary: Summary, { accounts }: Pick<MessagingPorts, 'accounts'>): Item {
	const { at, from, to, cc, subject, preview, date, flags, attachments, authentication } = summary;
	const auth = verdictsOf(authentication, accounts.authservOf(at.account));
	return {
		ref: messageRef(at),
		account: at.account,
		folder: at.folder,
		from: people(from),
		to: people([...to, ...cc]),
		subject: line(subject, 200),
		preview,
		date,
		flags: [...flags],
		attachments,
		thread: threadOf(summary),
		...(auth !== undefined && { auth }),
	};
}

/** The first of a list of people, and how many more there are: a mail may name thousands. */
export function people(list: Summary['to'], most = 3): string {
	const more = list.length - most;
	return `${list.slice(0, most).map(formatAddress).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function renderItem({ ref, from, to, subject, preview, date, flags, attachments }: Item): string {
	const marks = [
		...(flags.includes('seen') ? [] : ['unread']),
		...flags.filter((flag) => flag !== 'seen'),
		...(attachments > 0 ? [`${attachments} attached`] : []),
	];
	const marked = marks.length > 0 ? ` [${marks.join(', ')}]` : '';
	return `${ref} ${date.slice(0, 16).replace('T', ' ')} ${from} → ${to}\n  ${subject === '' ? '(no subject)' : subject}${marked}\n  ${preview}`;
}

export function renderFailures(failures: z.infer<typeof PartialFailures>): string[] {
	return failures.map(({ account, message }) => `[account ${account} failed: ${message}]`);
}
