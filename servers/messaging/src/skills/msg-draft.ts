import { ArtifactUri, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { writeDraft } from '../draft.ts';
import type { MessagingPorts } from '../ports.ts';
import { AccountId, MessageRef, OneLine } from '../shapes.ts';

const People = z.array(OneLine.min(1).max(400)).max(100).default([]);

export const msgDraft = defineSkill({
	name: 'msg_draft',
	title: 'Draft a message',
	description:
		'Writes a draft into the drafts folder and returns draftRef and hash, which msg_send takes, with a preview and warnings. An answer goes where the message asks for answers, with the right headers and the original quoted; forward adds its attachments. Nothing is sent.',
	effect: 'write',
	world: 'open',
	reversible: true,
	input: z.strictObject({
		account: AccountId.optional().describe('The first one, or the one of `ref`, where absent'),
		kind: z.enum(['new', 'reply', 'replyAll', 'forward']).default('new').describe('All but new need `ref`'),
		ref: MessageRef.optional().describe('The message to answer or forward'),
		to: People.describe('ada@example.com or Ada <ada@example.com>; "me" is the account itself. A reply needs none'),
		cc: People.describe('Recipients of a copy, as in to'),
		bcc: People.describe('Recipients of a copy that nobody else sees'),
		subject: OneLine.optional().describe('Derived from the original where absent'),
		body: z.string().max(500_000).describe('What to say, without the quotation'),
		format: z.enum(['text', 'html']).default('text').describe('Of the body'),
		attachments: z.array(ArtifactUri).max(50).default([]).describe('Artifact URIs from other results'),
	}),
	output: z.object({
		draftRef: z.string(),
		hash: z.string(),
		preview: z.string(),
		recipients: z.array(z.string()),
		warnings: z.array(z.string()),
	}),
	targets: { account: 'account', attachments: 'artifact' },
	examples: [
		'draft an e-mail to ada@example.com that I will be late',
		'answer this mail with thanks',
		'forward the message to Bob',
		'write a note to myself',
	],
	run: async (input, ports: MessagingPorts, call) => {
		const { recipients, warnings, ...draft } = await writeDraft(input, ports, call);
		return { ...draft, recipients: [...recipients], warnings: [...warnings] };
	},
	render: ({ draftRef, hash, preview, warnings }) =>
		[
			...warnings.map((warning) => `Warning: ${warning}`),
			preview,
			'',
			`Not sent. To send: msg_send draftRef ${draftRef} hash ${hash}`,
		].join('\n'),
});
