import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';

const Words = z.string().min(1).max(500).optional();

export const browserWait = defineSkill({
	name: 'browser_wait',
	title: 'Wait for the page',
	description:
		'Waits until all that is named holds on the page in front, then answers what is there. Other Skills wait by themselves for what an action sets going at once; this is for what takes longer.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		text: Words.describe('Words that must be there'),
		gone: Words.describe('Words that must be gone'),
		url: Words.describe('Part of the address, or a pattern with *'),
		load: z.boolean().optional().describe('The page and what it asks for must have loaded'),
		timeoutMs: z.int().min(100).max(120_000).default(10_000).describe('Longest to wait'),
	}),
	output: ShownPage,
	examples: ['Wait until the page says "Done"', 'Wait for the results to load'],

	run: ({ text, gone, url, load, timeoutMs }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			if (text === undefined && gone === undefined && url === undefined && load === undefined) {
				throw new Fault('invalid_input', 'browser_wait needs something to wait for.', {
					hint: 'Name text, gone, url or load.',
				});
			}
			if (await pages.wait({ text, gone, url, load }, timeoutMs)) return await show(pages);
			throw new Fault('timeout', `That did not come to be within ${timeoutMs} ms.`, {
				hint: 'browser_snapshot shows what is there.',
			});
		}),

	render: (page) => renderPage(page),
});
