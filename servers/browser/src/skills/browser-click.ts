import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { nameOf, preparedAct } from '../acting.ts';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';
import { Ref } from '../steps.ts';

export const browserClick = defineSkill({
	name: 'browser_click',
	title: 'Click on the page',
	description:
		'Clicks one element of the page in front, waits until the page has reacted, and answers what is there then (only the changes on a large page). Fails, and does nothing, where the element is gone, hidden, disabled or covered. For several steps at once use browser_act.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		ref: Ref,
		double: z.boolean().default(false).describe('Clicks twice'),
	}),
	output: ShownPage,
	examples: ['Click the "Sign in" button', 'Open the menu on the page', 'Follow the second link'],

	prepare: ({ ref, double }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const subject = await pages.describe(ref);
			return preparedAct({
				here: await pages.here(),
				subjects: [subject],
				words: [`${double ? 'double-click' : 'click'} ${nameOf(subject)}`],
			});
		}),

	run: ({ ref, double }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			await pages.act({ action: double ? 'dblclick' : 'click', ref });
			return await show(pages);
		}),

	render: (page) => renderPage(page),
});
