import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { TabId } from './browser-tabs.ts';

export const browserClose = defineSkill({
	name: 'browser_close',
	title: 'Close pages',
	description: 'Closes one tab, or, where none is named, all pages of this session, and forgets their cookies.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ tab: TabId.optional().describe('Only this tab') }),
	output: z.object({ open: z.int().describe('Tabs still open') }),
	examples: ['Close the browser', 'Close the second tab'],

	async run({ tab }, { browser }: BrowserPorts, call) {
		if (tab === undefined) {
			await browser.forget(call);
			return { open: 0 };
		}
		return await browser.use(call, async (pages) => {
			await pages.close(tab);
			return { open: (await pages.tabs()).length };
		});
	},

	render: ({ open }) => (open === 0 ? 'No page is open any more.' : `Closed; ${open} tabs are still open.`),
});
