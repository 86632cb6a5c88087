import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { rank } from '../rank.ts';

export const browserFind = defineSkill({
	name: 'browser_find',
	title: 'Find on the page',
	description:
		'Finds elements of the page in front by their words or a short description such as "search button", best match first, each with a ref to act on. Plain text gets a ref too. Cheaper than browser_snapshot on a large page.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		text: z.string().min(1).max(500).describe('Words of the element, or what it is'),
		role: z.string().max(40).optional().describe('Only elements of this role, such as button or link'),
		limit: z.int().min(1).max(50).default(10).describe('Most matches'),
	}),
	output: z.object({
		matches: z.array(z.object({ ref: z.string(), role: z.string(), name: z.string(), line: z.string() })),
	}),
	examples: ['Find the login button on the page', 'Where on the page does it say "out of stock"?'],

	run: ({ text, role, limit }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const { lines } = await pages.look({ pointsAtText: true });
			const chosen = role === undefined ? lines : lines.filter((line) => line.role === role);
			return { matches: [...rank(text, chosen, limit)] };
		}),

	render: ({ matches }) =>
		matches.length === 0
			? 'Nothing on the page matches.'
			: matches.map(({ ref, line }) => (line.startsWith(`[${ref}]`) ? line : `[${ref}] text: ${line}`)).join('\n'),
});
