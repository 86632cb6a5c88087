import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { nameOf, preparedAct } from '../acting.ts';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';
import { Ref } from '../steps.ts';

export const browserFill = defineSkill({
	name: 'browser_fill',
	title: 'Fill in a field',
	description:
		'Puts text into one field of the page in front, in place of what it holds, and answers what is there then. Dates are YYYY-MM-DD. Check boxes, lists, key presses and several fields at once are done by browser_act.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		ref: Ref,
		text: z.string().max(20_000).describe('What the field shall hold; empty clears it'),
		submit: z.boolean().default(false).describe('Presses Enter afterwards'),
	}),
	output: ShownPage,
	examples: ['Type "weather Berlin" into the search box', 'Fill in my name in the form on the page'],

	prepare: ({ ref, text, submit }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const subject = await pages.describe(ref);
			const words = [`fill ${JSON.stringify(text)} into ${nameOf(subject)}`, ...(submit ? ['press Enter'] : [])];
			return preparedAct({ here: await pages.here(), subjects: [subject], words });
		}),

	run: ({ ref, text, submit }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			await pages.act({ action: 'fill', ref, text });
			if (submit) await pages.act({ action: 'press', ref, key: 'Enter' });
			return await show(pages);
		}),

	render: (page) => renderPage(page),
});
