import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts } from '../ports.ts';
import { partAt } from '../refs.ts';
import { people } from '../shapes.ts';

export const msgAttachment = defineSkill({
	name: 'msg_attachment',
	title: 'Fetch an attachment',
	description:
		'Fetches one attachment of a message into the workspace of this session and returns its artifact URI, name, type, size and sha256. Other Skills take the URI: to attach it, save it or read it.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	private: true,
	input: z.strictObject({ partRef: z.string().startsWith('p_').max(2_000).describe('From msg_read') }),
	output: z.object({ uri: z.string(), name: z.string(), type: z.string(), size: z.int(), sha256: z.string() }),
	targets: { partRef: 'record' },
	examples: ['get the PDF from that mail', 'download the attachment of the message from Ada'],
	async run({ partRef }, { accounts }: MessagingPorts, { artifacts, signal }) {
		const { at, part } = partAt(partRef);
		const account = accounts.get(at.account);
		const [message] = await account.summaries([at], signal);
		const origin = people(message?.from ?? []);
		return account.attachment(
			at,
			part,
			async ({ name, type }, content) => {
				const { uri, size, sha256 } = await artifacts.put(content, { name, mimeType: type, source: 'outside', origin });
				return { uri, name, type, size, sha256 };
			},
			signal,
		);
	},
	render: ({ uri, name, type, size }) => `${name} (${type}, ${size} bytes): ${uri}`,
});
