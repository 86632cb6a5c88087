import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';
import { WebAddress, webAddress } from '../web-address.ts';

export const browserOpen = defineSkill({
	name: 'browser_open',
	title: 'Open a web page',
	description:
		'Opens a web page in the browser and answers what is on it, as browser_snapshot does: text in reading order, with a ref such as [e12] on everything that can be acted on. For reading an article, browser_read is shorter.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		url: WebAddress,
		newTab: z.boolean().default(false).describe('Keeps the page in front in its tab'),
	}),
	output: ShownPage.extend({ status: z.int().optional().describe('HTTP status') }),
	examples: [
		'Open https://example.com in the browser',
		'Go to the web page of the conference',
		'Show me the site http://127.0.0.1:8080',
	],

	async prepare({ url }) {
		const { href, origin } = webAddress(url);
		return { effect: 'read', targets: [{ kind: 'origin', value: origin }], preview: `Open ${href}` };
	},

	run: ({ url, newTab }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const status = await pages.open(webAddress(url).href, newTab);
			return { ...(await show(pages, { mode: 'full' })), ...(status !== undefined && { status }) };
		}),

	render: (page) => renderPage(page),
});
