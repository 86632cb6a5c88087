import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';

export const TabId = z.string().regex(/^t[1-9]\d*$/, 'is not a tab such as t2');

export const browserTabs = defineSkill({
	name: 'browser_tabs',
	title: 'List or change tabs',
	description:
		'Lists the open tabs of this session, and brings one to the front where `select` names it. Other browser Skills act on the tab in front.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({ select: TabId.optional().describe('Tab to bring to the front') }),
	output: z.object({
		tabs: z.array(z.object({ tab: z.string(), url: z.string(), title: z.string(), isFront: z.boolean() })),
	}),
	examples: ['Which tabs are open?', 'Switch to the other browser tab'],

	run: ({ select }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			if (select !== undefined) await pages.select(select);
			return { tabs: [...(await pages.tabs())] };
		}),

	render: ({ tabs }) =>
		tabs.length === 0
			? 'No tab is open.'
			: tabs.map(({ tab, url, title, isFront }) => `${isFront ? '*' : ' '} ${tab} ${title} | ${url}`).join('\n'),
});
