import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts } from '../ports.ts';
import { prepareSend, sendDraft } from '../send.ts';

export const msgSend = defineSkill({
	name: 'msg_send',
	title: 'Send a message',
	description:
		'Sends a draft of msg_draft, once, whatever happens, keeps a copy among the sent and removes the draft. Returns who was accepted and who was rejected. A draft that has gone out is not sent again but reported as duplicate.',
	effect: 'send',
	world: 'open',
	reversible: false,
	input: z.strictObject({
		draftRef: z.string().startsWith('d_').max(2_000).describe('From msg_draft'),
		hash: z
			.string()
			.regex(/^[0-9a-f]{64}$/)
			.describe('From msg_draft'),
	}),
	output: z.object({
		id: z.string(),
		status: z.enum(['sent', 'partial', 'duplicate']),
		account: z.string(),
		messageId: z.string(),
		accepted: z.array(z.string()),
		rejected: z.array(z.object({ recipient: z.string(), reason: z.string() })),
		at: z.string(),
		idempotencyKey: z.string(),
		warnings: z.array(z.string()),
	}),
	targets: { draftRef: 'record' },
	examples: ['send the draft', 'send that e-mail now', 'put this note into my inbox'],
	prepare: (input, ports: MessagingPorts, call) => prepareSend(input, ports, call),
	async run(input, ports: MessagingPorts, call) {
		const { accepted, rejected, warnings, ...receipt } = await sendDraft(input, ports, call);
		return { ...receipt, accepted: [...accepted], rejected: [...rejected], warnings: [...warnings] };
	},
	render: ({ status, accepted, rejected, warnings, id }) =>
		[
			`${status === 'duplicate' ? 'Not sent again: it has gone out before' : 'Sent'} to ${accepted.join(', ') || 'nobody'} (${id}).`,
			...rejected.map(({ recipient, reason }) => `Rejected: ${recipient} (${reason})`),
			...warnings,
		].join('\n'),
});
