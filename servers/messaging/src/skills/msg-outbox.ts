import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts, OutboxEntry } from '../ports.ts';
import { finish, lookFor } from '../settle.ts';

export const msgOutbox = defineSkill({
	name: 'msg_outbox',
	title: 'Outbox',
	description:
		'Tells what became of messages that were sent. `list` returns the latest; `settle` looks for the traces of those whose outcome is unknown and puts copies and drafts in order; `cancel` gives up a message that did not go out, so that its draft is not sent. Nothing is ever sent again from here.',
	effect: 'write',
	world: 'open',
	reversible: true,
	idempotent: true,
	input: z.strictObject({
		action: z
			.enum(['list', 'settle', 'cancel'])
			.default('list')
			.describe('settle says what became of entries in doubt'),
		id: z.string().max(100).optional().describe('The entry to settle or cancel; settle without one takes all'),
		limit: z.int().min(1).max(100).default(20).describe('Most entries'),
	}),
	output: z.object({
		entries: z.array(
			z.object({
				id: z.string(),
				account: z.string(),
				state: z.enum(['claimed', 'sending', 'sent', 'partial', 'failed', 'unknown', 'cancelled']),
				recipients: z.array(z.string()),
				rejected: z.array(z.object({ recipient: z.string(), reason: z.string() })),
				messageId: z.string(),
				createdAt: z.string(),
				settledAt: z.string().optional(),
			}),
		),
	}),
	examples: ['was my mail sent', 'show the outbox', 'cancel the message that failed'],
	prepare: async ({ action, id }) => ({
		effect: action === 'list' ? 'read' : 'write',
		targets: id === undefined ? [] : [{ kind: 'record', value: id }],
		preview: `Outbox: ${action}${id === undefined ? '' : ` ${id}`}`,
	}),
	async run({ action, id, limit }, ports: MessagingPorts, { signal }) {
		const entries = action === 'cancel' ? [cancel(id, ports)] : wantedOf(id, limit, ports);
		if (action === 'settle') {
			for (const entry of entries) await settle(entry, ports, signal);
			return { entries: wantedOf(id, limit, ports).map(shown) };
		}
		return { entries: entries.map(shown) };
	},
	render: ({ entries }) =>
		entries.length === 0
			? 'The outbox is empty.'
			: entries
					.map(({ id, state, recipients, createdAt }) => `${id} ${createdAt} ${state}: ${recipients.join(', ')}`)
					.join('\n'),
});

function wantedOf(id: string | undefined, limit: number, { outbox }: MessagingPorts): readonly OutboxEntry[] {
	return id === undefined ? outbox.list(limit) : [entryOf(id, { outbox })];
}

function entryOf(id: string, { outbox }: Pick<MessagingPorts, 'outbox'>): OutboxEntry {
	const entry = outbox.get(id);
	if (entry === undefined)
		throw new Fault('not_found', 'The outbox has no entry of that id.', { hint: 'action list shows what it has.' });
	return entry;
}

async function settle(entry: OutboxEntry, ports: MessagingPorts, signal: AbortSignal): Promise<void> {
	const settled = entry.state === 'unknown' ? await lookFor(entry, ports, [], signal) : entry;
	if (settled?.state === 'sent' || settled?.state === 'partial') await finish(settled, ports, signal);
}

function cancel(id: string | undefined, { outbox }: MessagingPorts): OutboxEntry {
	if (id === undefined)
		throw new Fault('invalid_input', 'cancel needs the id of an entry.', { hint: 'action list shows them.' });
	const { state } = entryOf(id, { outbox });
	if (state === 'cancelled') return entryOf(id, { outbox });
	if (state !== 'failed')
		throw new Fault('conflict', `This message is ${state}; only one that did not go out can be cancelled.`, {
			retryable: false,
		});
	return outbox.settle(id, 'cancelled');
}

function shown({ id, account, state, recipients, rejected, messageId, createdAt, settledAt }: OutboxEntry) {
	const settled = settledAt === undefined ? {} : { settledAt };
	return { id, account, state, recipients: [...recipients], rejected: [...rejected], messageId, createdAt, ...settled };
}
