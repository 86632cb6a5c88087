import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { Account, Summary } from '../account.ts';
import { formatAddress, keyOf } from '../address.ts';
import { foldQuotes } from '../fold.ts';
import type { MessagingPorts } from '../ports.ts';
import { readableText } from '../readable.ts';
import { messageAt, messageRef } from '../refs.ts';
import { MessageRef, people } from '../shapes.ts';
import { inOrder, kinOf } from '../thread.ts';

export const msgThread = defineSkill({
	name: 'msg_thread',
	title: 'Read a conversation',
	description:
		'Returns the conversation that a message belongs to, oldest first, the own answers included: who wrote what when, each text shortened to maxChars with quotations folded. Of a long conversation the latest messages are returned. msg_read returns one message whole.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	private: true,
	input: z.strictObject({
		ref: MessageRef.describe('Any message of the conversation'),
		limit: z.int().min(1).max(50).default(20).describe('Most messages to return'),
		maxChars: z.int().min(100).max(8_000).default(2_000).describe('Most characters of each'),
	}),
	output: z.object({
		subject: z.string(),
		participants: z.array(z.string()),
		total: z.int(),
		messages: z.array(
			z.object({
				ref: z.string(),
				depth: z.int(),
				from: z.string(),
				to: z.string(),
				date: z.string(),
				flags: z.array(z.string()),
				attachments: z.int(),
				text: z.string(),
				cut: z.boolean(),
			}),
		),
	}),
	targets: { ref: 'record' },
	examples: ['show the whole conversation', 'what has been said in this thread so far'],
	async run({ ref, limit, maxChars }, { accounts, readHtml }: MessagingPorts, { signal, progress }) {
		const at = messageAt(ref);
		const account = accounts.get(at.account);
		const [first] = await account.summaries([at], signal);
		if (first === undefined)
			throw new Fault('not_found', 'That message is no longer there.', {
				hint: 'msg_search gives current references.',
			});
		const placed = inOrder(await gather(account, first, signal));
		const messages = [];
		for (const [index, { message, depth }] of placed.slice(-limit).entries()) {
			progress('reading', index, Math.min(limit, placed.length));
			const { text } = foldQuotes((await readableText(await account.read(message.at, signal), readHtml)).text);
			messages.push({
				ref: messageRef(message.at),
				depth,
				from: people(message.from),
				to: people([...message.to, ...message.cc]),
				date: message.date,
				flags: [...message.flags],
				attachments: message.attachments,
				text: text.slice(0, maxChars).toWellFormed(),
				cut: text.length > maxChars,
			});
		}
		const everyone = placed.flatMap(({ message }) => [...message.from, ...message.to, ...message.cc]);
		const participants = new Map(everyone.map((person) => [keyOf(person.address), formatAddress(person)]));
		return {
			subject: first.subject,
			participants: [...participants.values()].slice(0, 50),
			total: placed.length,
			messages,
		};
	},
	render: ({ subject, total, messages }) =>
		[
			`${subject} (${messages.length} of ${total} messages)`,
			...messages.map(({ ref, from, to, date, attachments, text, cut }) =>
				[
					`--- ${date.slice(0, 16).replace('T', ' ')} ${from} → ${to} ${ref}${attachments > 0 ? ` [${attachments} attached]` : ''}`,
					text,
					...(cut ? ['[cut: msg_read has the rest]'] : []),
				].join('\n'),
			),
		].join('\n\n'),
});

/** A message's conversation: what names its kin, and then what names theirs. */
async function gather(account: Account, first: Summary, signal: AbortSignal): Promise<Summary[]> {
	const near = await account.related(kinOf(first), signal);
	const known = new Set(kinOf(first));
	const further = [...new Set(near.flatMap(kinOf))].filter((id) => !known.has(id));
	const far = further.length === 0 ? [] : await account.related(further, signal);
	return [first, ...near, ...far];
}
