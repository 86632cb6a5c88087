import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts } from '../ports.ts';
import { AccountId, OneLine } from '../shapes.ts';

export const msgFolders = defineSkill({
	name: 'msg_folders',
	title: 'Mail folders',
	description:
		'Lists the folders of one account with their roles and how many messages, unread ones included, each has. With `create` it makes a folder first.',
	effect: 'write',
	world: 'open',
	reversible: true,
	input: z.strictObject({
		account: AccountId.optional().describe('The first one where absent'),
		create: OneLine.min(1).max(200).optional().describe('Path of a folder to make'),
	}),
	output: z.object({
		account: z.string(),
		folders: z.array(
			z.object({
				path: z.string(),
				role: z.string().optional(),
				messages: z.int().optional(),
				unread: z.int().optional(),
			}),
		),
		created: z.string().optional(),
	}),
	targets: { account: 'account' },
	examples: ['which mail folders are there', 'how many unread mails do I have', 'make a mail folder Projects'],
	async prepare({ account, create }, { accounts }: MessagingPorts) {
		const { id } = accounts.get(account);
		const targets = [{ kind: 'account' as const, value: id }];
		if (create === undefined) return { effect: 'read', targets, preview: `List the folders of ${id}` };
		return { effect: 'write', targets, preview: `Make the folder ${create} in ${id}` };
	},
	async run({ account: id, create }, { accounts }: MessagingPorts, { signal }) {
		const account = accounts.get(id);
		const made = create === undefined ? undefined : await account.createFolder(create, signal);
		const folders = await account.folders(signal);
		return {
			account: account.id,
			folders: folders.map((folder) => ({ ...folder })),
			...(made !== undefined && { created: made.path }),
		};
	},
	render: ({ folders }) =>
		folders
			.map(({ path, role, messages, unread }) => {
				const counts = messages === undefined ? '' : `: ${messages} messages${unread ? `, ${unread} unread` : ''}`;
				return `${path}${role === undefined ? '' : ` (${role})`}${counts}`;
			})
			.join('\n'),
});
