import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { Ref } from '../steps.ts';

export const browserRead = defineSkill({
	name: 'browser_read',
	title: 'Read the page',
	description:
		'Answers the text of the page in front as Markdown with links and tables, without navigation and advertisements where it is an article. Text that cannot be seen on the page is left out and counted. For what can be clicked or filled in use browser_snapshot.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		format: z.enum(['markdown', 'text']).default('markdown').describe('Markdown with links, or words alone'),
		ref: Ref.optional().describe('Only what is in this element'),
		whole: z.boolean().default(false).describe('Everything on the page, not only its main content'),
		from: z.int().min(0).default(0).describe('First character, the `next` of the answer before'),
		limit: z.int().min(500).max(90_000).default(30_000).describe('Most characters'),
	}),
	output: z.object({
		url: z.string(),
		title: z.string(),
		text: z.string(),
		next: z.int().optional().describe('Where the rest begins'),
		hidden: z.int().describe('Pieces of hidden text left out'),
	}),
	examples: ['Read the article on this page', 'Summarise the web page', 'What does the page say about opening hours?'],

	run: ({ format, ref, whole, from, limit }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const read = await pages.read({ format, isMainOnly: !whole, ...(ref !== undefined && { ref }) });
			const { url } = await pages.here();
			const title = await pages.title();
			const rest = read.text.slice(from);
			const text = rest.length <= limit ? rest : cutAtLine(rest, limit);
			const next = from + text.length;
			const cut =
				read.isCut && next >= read.text.length
					? '\n\n(the page is larger than can be read; what comes after is not here)'
					: '';
			return { url, title, text: text + cut, hidden: read.hidden, ...(next < read.text.length && { next }) };
		}),

	render({ url, title, text, next, hidden }) {
		const left = hidden === 0 ? '' : `\n(${hidden} pieces of hidden text left out)`;
		const more = next === undefined ? '' : `\n(more: browser_read with from ${next})`;
		return `${title} | ${url}${left}\n\n${text}${more}`;
	},
});

/** Whole lines where there are any, since half a table row says nothing. */
function cutAtLine(text: string, limit: number): string {
	const end = text.lastIndexOf('\n', limit);
	return text.slice(0, end > limit / 2 ? end + 1 : limit);
}
