import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { verdictsOf } from '../authentication.ts';
import type { MessagingPorts } from '../ports.ts';
import { slice, viewOf } from '../reading.ts';
import { messageAt, partRef } from '../refs.ts';
import { MessageRef, people, Verdicts } from '../shapes.ts';

const Attachment = z.object({ partRef: z.string(), name: z.string(), type: z.string(), size: z.int() });

export const msgRead = defineSkill({
	name: 'msg_read',
	title: 'Read a message',
	description:
		'Returns one message as text: HTML made plain, text that its reader would not see left out and counted, quoted earlier messages folded, links with their real targets, attachments by name (msg_attachment fetches one). Long text is cut at maxChars and goes on at nextCursor. The message stays unread.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	private: true,
	input: z.strictObject({
		ref: MessageRef.describe('From msg_search or msg_thread'),
		part: z.enum(['text', 'html', 'headers', 'raw']).default('text').describe('Which form of the message'),
		maxChars: z.int().min(200).max(80_000).default(16_000).describe('Most characters'),
		cursor: z.string().max(4_000).optional().describe('nextCursor of the part before'),
		includeQuoted: z.boolean().default(false).describe('Show quoted earlier messages too'),
	}),
	output: z.object({
		ref: z.string(),
		from: z.string(),
		replyTo: z.string().optional(),
		to: z.string(),
		subject: z.string(),
		date: z.string(),
		flags: z.array(z.string()),
		auth: Verdicts.optional(),
		text: z.string(),
		hidden: z.int(),
		quotedLines: z.int(),
		links: z.int(),
		deceptiveLinks: z.int(),
		attachments: z.array(Attachment),
		nextCursor: z.string().optional(),
	}),
	targets: { ref: 'record' },
	examples: ['read the mail from Ada', 'what does this message say', 'show me the headers of that e-mail'],
	async run({ ref, part, maxChars, cursor, includeQuoted }, { accounts, readHtml }: MessagingPorts, { signal }) {
		const at = messageAt(ref);
		const account = accounts.get(at.account);
		const message = await account.read(at, signal);
		const { text, ...counts } = await viewOf(part, message, { includeQuoted, account, readHtml, signal });
		const auth = verdictsOf(message.authentication, accounts.authservOf(at.account));
		return {
			ref,
			from: people(message.from),
			...(message.replyTo.length > 0 && { replyTo: people(message.replyTo) }),
			to: people([...message.to, ...message.cc], 20),
			subject: message.subject,
			date: message.date,
			flags: [...message.flags],
			...(auth !== undefined && { auth }),
			...counts,
			...slice(text, { ref, part, includeQuoted }, maxChars, cursor),
			attachments: message.parts.map(({ part: name, ...about }) => ({ partRef: partRef(at, name), ...about })),
		};
	},
	render(message) {
		const { from, replyTo, to, subject, date, auth, text, attachments, nextCursor } = message;
		const notes = [
			...(message.hidden > 0 ? [`${message.hidden} hidden characters left out`] : []),
			...(message.deceptiveLinks > 0 ? [`${message.deceptiveLinks} links show another address than they lead to`] : []),
		];
		return [
			`From: ${from}`,
			...(replyTo === undefined ? [] : [`Reply-To: ${replyTo}`]),
			`To: ${to}`,
			`Date: ${date}`,
			`Subject: ${subject}`,
			...(auth === undefined
				? []
				: [
						`Checked by the server: ${Object.entries(auth)
							.map((pair) => pair.join(' '))
							.join(', ')}`,
					]),
			...attachments.map((one) => `Attachment: ${one.name} (${one.type}, ${one.size} bytes) ${one.partRef}`),
			...(notes.length > 0 ? [`[${notes.join('; ')}]`] : []),
			'',
			text,
			...(nextCursor === undefined ? [] : [`[more: cursor ${nextCursor}]`]),
		].join('\n');
	},
});
