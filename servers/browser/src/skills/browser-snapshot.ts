import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { modes } from '../page-text.ts';
import type { BrowserPorts } from '../ports.ts';
import { defaultLimit, renderPage, ShownPage, show } from '../shown.ts';
import { Ref } from '../steps.ts';

export const browserSnapshot = defineSkill({
	name: 'browser_snapshot',
	title: 'See the page',
	description:
		'Answers what is on the page in front: text in reading order, a line such as [e12] button "Save" for everything that can be acted on, frames included, hidden text left out. A name in {braces} is only a label; one in <angles> is what the source calls a nameless element. A ref stays with its element until the document is replaced.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		mode: z
			.enum(modes)
			.default('full')
			.describe('diff: what has changed since the page was last shown; interactive: only what can be acted on'),
		ref: Ref.optional().describe('Only what is in this element'),
		from: z.int().min(1).default(1).describe('First line to show'),
		limit: z.int().min(500).max(90_000).default(defaultLimit).describe('Most characters'),
		urls: z.boolean().default(false).describe('Says where links lead'),
	}),
	output: ShownPage,
	examples: [
		'What is on the page now?',
		'Look at the web page and list its buttons',
		'Show what has changed on the page',
	],

	run: ({ mode, ref, from, limit, urls }, { browser }: BrowserPorts, call) =>
		browser.use(call, (pages) => show(pages, { mode, from, limit, scope: ref, urls })),

	render: (page) => renderPage(page),
});
