import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts } from '../ports.ts';
import { chosen, searchAll } from '../search.ts';
import { AccountId, Day, Item, itemOf, OneLine, PartialFailures, renderFailures, renderItem } from '../shapes.ts';

export const msgSearch = defineSkill({
	name: 'msg_search',
	title: 'Search messages',
	description:
		'Lists messages of a folder, newest first, that match every given condition: sender, subject, preview, flags, and the ref that other Skills take. With no condition it lists the folder. Nothing is marked as read. Follow nextCursor for more; msg_read returns one message whole.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	private: true,
	input: z.strictObject({
		accounts: z.array(AccountId).max(20).optional().describe('Ids of accounts to search; all of them where absent'),
		folder: OneLine.min(1)
			.max(200)
			.default('inbox')
			.describe(
				'Path or role (inbox, sent, drafts, archive, trash, junk, notifications); "*" is all but drafts, junk and trash',
			),
		text: OneLine.min(1).optional().describe('Words anywhere in the message'),
		from: OneLine.min(1).optional().describe('Part of the sender'),
		to: OneLine.min(1).optional().describe('Part of a recipient'),
		subject: OneLine.min(1).optional().describe('Part of the subject'),
		since: Day.optional().describe('Received on this day or later, YYYY-MM-DD'),
		before: Day.optional().describe('Received before this day, YYYY-MM-DD'),
		unread: z.boolean().optional().describe('Only unread, or only read'),
		flagged: z.boolean().optional().describe('Only flagged, or only others'),
		hasAttachment: z.boolean().optional().describe('Only with, or only without, attachments'),
		limit: z.int().min(1).max(50).default(20).describe('Most messages'),
		cursor: z.string().max(10_000).optional().describe('nextCursor of the page before'),
	}),
	output: z.object({ items: z.array(Item), nextCursor: z.string().optional(), partialFailures: PartialFailures }),
	targets: { accounts: 'account' },
	examples: [
		'show my unread mail',
		'find the e-mail from Ada about the invoice',
		'which mails with attachments came since Monday',
		'list my notifications',
		'search the sent folder for the contract',
	],
	async run({ accounts, folder, limit, cursor, ...query }, ports: MessagingPorts, { signal }) {
		const from = chosen(ports.accounts.all, (id) => ports.accounts.get(id), accounts);
		const { items, nextCursor, partialFailures } = await searchAll(from, folder, query, { limit, cursor }, signal);
		return {
			items: items.map((item) => itemOf(item, ports)),
			...(nextCursor !== undefined && { nextCursor }),
			partialFailures: [...partialFailures],
		};
	},
	render: ({ items, nextCursor, partialFailures }) =>
		[
			...(items.length === 0 ? ['No message matches.'] : items.map(renderItem)),
			...renderFailures(partialFailures),
			...(nextCursor === undefined ? [] : [`[more: cursor ${nextCursor}]`]),
		].join('\n'),
});
