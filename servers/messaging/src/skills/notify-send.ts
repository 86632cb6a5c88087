import { asFault, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { MessagingPorts } from '../ports.ts';
import { OneLine } from '../shapes.ts';

export const notifySend = defineSkill({
	name: 'notify_send',
	title: 'Notify the owner',
	description:
		'Leaves the owner of this machine a notification: in the local notification inbox, which always works (msg_search, folder notifications), or on the desktop where there is one. A notification with the dedupeKey of one still unread is not left twice. Reaches nobody else.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		title: OneLine.min(1).max(200).describe('What it is about'),
		body: z.string().max(5_000).default('').describe('The rest of it'),
		targets: z
			.array(z.enum(['local', 'desktop']))
			.min(1)
			.max(2)
			.default(['local'])
			.describe('local: the notification inbox; desktop: on the screen'),
		priority: z.enum(['low', 'normal', 'high']).default('normal').describe('How much it presses'),
		dedupeKey: z.string().min(1).max(200).optional().describe('One unread notification a key'),
	}),
	output: z.object({
		receipts: z.array(
			z.object({
				target: z.enum(['local', 'desktop']),
				status: z.enum(['sent', 'duplicate', 'failed']),
				id: z.string().optional(),
				problem: z.string().optional(),
			}),
		),
	}),
	examples: [
		'notify me when that is done',
		'leave me a notification that the report is ready',
		'show a desktop notification',
	],
	async run({ targets, ...notification }, { notify }: MessagingPorts, { signal }) {
		const wanted = [...new Set(targets)];
		const outcomes = await Promise.allSettled(wanted.map((target) => notify[target](notification, signal)));
		const receipts = wanted.map((target, index) => {
			const outcome = outcomes[index];
			if (outcome?.status === 'fulfilled') return { target, ...outcome.value };
			const { message, hint } = asFault(outcome?.reason);
			return { target, status: 'failed' as const, problem: hint === undefined ? message : `${message} ${hint}` };
		});
		const [first] = outcomes;
		if (first?.status === 'rejected' && receipts.every(({ status }) => status === 'failed')) throw first.reason;
		return { receipts };
	},
	render: ({ receipts }) =>
		receipts
			.map(
				({ target, status, ...rest }) =>
					`${target}: ${status}${'problem' in rest && rest.problem ? ` (${rest.problem})` : ''}`,
			)
			.join('\n'),
});
