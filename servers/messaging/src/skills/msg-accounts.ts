import { asFault, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { formatAddress } from '../address.ts';
import type { MessagingPorts } from '../ports.ts';

export const msgAccounts = defineSkill({
	name: 'msg_accounts',
	title: 'List message accounts',
	description:
		'Lists the accounts that mail can be read from and sent with: id, address, whom each reaches, and, unless `check` is false, whether it can be connected to now. The first is used where a Skill is given no account.',
	effect: 'read',
	world: 'open',
	input: z.strictObject({ check: z.boolean().default(true).describe('Connect to each and say whether that works') }),
	output: z.object({
		accounts: z.array(
			z.object({
				id: z.string(),
				kind: z.string(),
				address: z.string(),
				reaches: z.enum(['self', 'anyone']),
				health: z.enum(['ok', 'failed', 'unchecked']),
				problem: z.string().optional(),
			}),
		),
	}),
	examples: [
		'which mail accounts do I have',
		'check whether my e-mail is connected',
		'why does my mail account not work',
	],
	async run({ check }, { accounts }: MessagingPorts, { signal }) {
		const healths = await Promise.allSettled(
			accounts.all.map((account) => (check ? account.check(signal) : undefined)),
		);
		return {
			accounts: accounts.all.map(({ id, kind, self, reach }, index) => {
				const health = healths[index];
				const about = { id, kind, address: formatAddress(self), reaches: reach };
				if (!check) return { ...about, health: 'unchecked' as const };
				if (health?.status !== 'rejected') return { ...about, health: 'ok' as const };
				const { message, hint } = asFault(health.reason);
				return { ...about, health: 'failed' as const, problem: hint === undefined ? message : `${message} ${hint}` };
			}),
		};
	},
	render: ({ accounts }) =>
		accounts
			.map(({ id, kind, address, reaches, health, problem }) => {
				const note = reaches === 'self' ? ', delivers to its owner alone' : '';
				return `${id}: ${address} (${kind}${note}), ${health}${problem === undefined ? '' : `: ${problem}`}`;
			})
			.join('\n'),
});
