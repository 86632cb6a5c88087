import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';

export const browserBack = defineSkill({
	name: 'browser_back',
	title: 'Go back a page',
	description: 'Goes back to the page before in the tab in front, or forward again, and answers what is on it.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({ forward: z.boolean().default(false).describe('Goes forward instead') }),
	output: ShownPage,
	examples: ['Go back to the previous page', 'Return to the search results'],

	run: ({ forward }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			await pages.back(forward);
			return await show(pages, { mode: 'full' });
		}),

	render: (page) => renderPage(page),
});
