import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { preparedAct } from '../acting.ts';
import type { BrowserPorts } from '../ports.ts';

export const browserEvaluate = defineSkill({
	name: 'browser_evaluate',
	title: 'Run a script in the page',
	description:
		'Runs JavaScript in the page in front, as its own scripts run, and answers what it comes to as JSON. `await` may be used. For clicking, filling in and reading the other browser Skills are surer.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		script: z.string().min(1).max(50_000).describe('An expression or statements, such as document.links.length'),
		timeoutMs: z.int().min(100).max(60_000).default(10_000).describe('Longest it may run'),
	}),
	output: z.object({ url: z.string(), value: z.unknown(), notes: z.array(z.string()).optional() }),
	examples: ['Run document.title in the page', 'Count the links of the page with a script'],

	prepare: ({ script }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) =>
			preparedAct({ here: await pages.here(), subjects: [], words: ['run this script:', script] }),
		),

	run: ({ script, timeoutMs }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const value = await pages.evaluate(script, timeoutMs);
			const { url } = await pages.here();
			const notes = pages.takeNotes();
			return { url, value, ...(notes.length > 0 && { notes: [...notes] }) };
		}),

	render: ({ value, notes = [] }) =>
		[...notes.map((note) => `(${note})`), JSON.stringify(value, undefined, '\t')].join('\n'),
});
