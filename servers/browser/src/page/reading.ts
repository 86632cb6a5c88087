import type { Copies } from './copy.ts';
import type { Dom } from './dom.ts';
import type { Refs } from './refs.ts';

export interface ReadRequest {
	readonly ref?: string;
	readonly format: 'markdown' | 'text';
	/** Leaves out what is round the main content, where there is one. */
	readonly isMainOnly: boolean;
}

export interface Reading {
	readonly text: string;
	readonly hidden: number;
	readonly isCut: boolean;
	/** How many frames there are beside; `frameRead` gives each. */
	readonly frames: number;
}

/** What `Readability.js` brings. */
type ReadabilityClass = new (document: Document, options: object) => { parse(): { readonly content: Element } | null };

/** What `turndown.browser.umd.js` brings. */
type TurndownClass = new (
	options: object,
) => {
	turndown(node: Element): string;
	addRule(name: string, rule: { filter: string[]; replacement: (content: string, node: HTMLElement) => string }): void;
};

/** The page as an article, read from a copy in which nothing hidden is left. */
export function createReading(
	dom: Dom,
	refs: Refs,
	copies: Copies,
	Readability: ReadabilityClass,
	Turndown: TurndownClass,
) {
	const leastArticle = 250;
	const blocks =
		'address article aside blockquote body dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul';

	function read({ ref, format, isMainOnly }: ReadRequest): Reading {
		const start = ref === undefined ? dom.body() : refs.element(ref);
		if (start === undefined) return { text: '', hidden: 0, isCut: false, frames: 0 };
		const copy = copies.copyOf(start);
		const whole = copy.document.body.cloneNode(true) as Element;
		const content = (isMainOnly && ref === undefined ? articleIn(copy.document) : undefined) ?? whole;
		const text = format === 'text' ? linesOf(content) : markdownOf(content);
		return { text: text.trim(), hidden: copy.hidden, isCut: copy.isCut, frames: copies.frames().length };
	}

	/** Undefined where the page is no article: what little was found would stand for the rest. */
	function articleIn(copy: Document): Element | undefined {
		const words = dom.text(copy.body).length;
		const article = new Readability(copy, { serializer: (element: Element) => element }).parse();
		if (article === null) return undefined;
		const found = dom.text(article.content).length;
		return found < leastArticle && found < words / 2 ? undefined : article.content;
	}

	function linesOf(content: Element): string {
		const isBlock = new Set(blocks.split(' '));
		const parts: string[] = [];
		function visit(node: Node): void {
			if (node instanceof Text) parts.push(node.data.replace(/\s+/g, ' '));
			if (!(node instanceof Element)) return;
			const tag = dom.tag(node);
			const end = isBlock.has(tag) || tag === 'br' ? '\n' : tag === 'td' || tag === 'th' ? '\t' : '';
			if (isBlock.has(tag)) parts.push('\n');
			for (const child of dom.children(node)) visit(child);
			parts.push(end);
		}
		visit(content);
		return parts
			.join('')
			.replace(/[ \t]*\n\s*/g, '\n')
			.replace(/[ \t]{2,}/g, '\t');
	}

	function markdownOf(content: Element): string {
		const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---' });
		turndown.addRule('struck', { filter: ['del', 's'], replacement: (text) => (text === '' ? '' : `~~${text}~~`) });
		turndown.addRule('cell', {
			filter: ['td', 'th'],
			replacement: (text, cell) =>
				isGrid(cell)
					? ` ${text
							.trim()
							.replace(/\s*\n\s*/g, ' ')
							.replace(/\|/g, '\\|')} |`
					: `${text}\n\n`,
		});
		turndown.addRule('row', {
			filter: ['tr'],
			replacement: (text, row) => (isGrid(row) ? `\n|${text}${rulerUnder(row)}` : text),
		});
		turndown.addRule('grid', { filter: ['table'], replacement: (text) => `\n\n${text.trim()}\n\n` });
		return turndown.turndown(content);
	}

	/** A table of data, not one that only lays out a page. */
	function isGrid(part: Element): boolean {
		const table = dom.closest(part, 'table');
		if (!(table instanceof HTMLTableElement)) return false;
		return (
			table.rows.length > 1 &&
			(table.rows[0]?.cells.length ?? 0) > 1 &&
			table.getElementsByTagName('table').length === 0
		);
	}

	/** Markdown knows a table by the line under its first row. */
	function rulerUnder(row: Element): string {
		const table = dom.closest(row, 'table');
		if (!(table instanceof HTMLTableElement) || !(row instanceof HTMLTableRowElement) || table.rows[0] !== row)
			return '';
		return `\n|${' --- |'.repeat(row.cells.length)}`;
	}

	return { read, frameRead: (index: number): Element | undefined => copies.frames()[index] };
}
