import { type Document, DomHandler, type Element, Text } from 'domhandler';
import { convert, type HtmlToTextOptions } from 'html-to-text';
import { DomUtils, Parser } from 'htmlparser2';
import type { HtmlText } from '../ports.ts';
import { cascade } from './html-styles.ts';
import { removeHidden } from './html-visibility.ts';

const deepest = 120;
const absurdDepth = 1_000;
const longestHtml = 2_000_000;
const longestTarget = 300;

/** HTML of a mail as the text its reader sees, with links at their real targets. */
export async function readHtml(html: string): Promise<HtmlText> {
	const document = documentOf(html.slice(0, longestHtml));
	const hidden = removeHidden(document, cascade(document));
	const links = DomUtils.getElementsByTagName('a', document, true).filter(({ attribs }) => attribs.href !== undefined);
	const text = convert(DomUtils.getOuterHTML(document), options)
		.replaceAll(/[ \t\u00a0]+$/gm, '')
		.replaceAll(/\n{3,}/g, '\n\n')
		.trim();
	return { text, hidden, links: links.length, deceptive: links.filter(isDeceptive).length };
}

/**
 * The tree of a document. Whatever walks a tree recurses, so tags nested too deep are left out of it; and the parser's own
 * time grows with the square of what is open, so from an absurd depth on nothing more is read.
 */
function documentOf(html: string): Document {
	const handler = new DomHandler();
	let depth = 0;
	let absurd = false;
	const parser = new Parser({
		onparserinit: (self) => handler.onparserinit(self),
		onopentag(name, attribs) {
			depth += 1;
			if (depth > absurdDepth) absurd = true;
			if (depth <= deepest) handler.onopentag(name, attribs);
		},
		onclosetag() {
			if (depth <= deepest) handler.onclosetag();
			depth -= 1;
		},
		ontext: (data) => handler.ontext(data),
		onend: () => handler.onend(),
	});
	for (let at = 0; at < html.length && !absurd; at += 8_192) parser.write(html.slice(at, at + 8_192));
	parser.end();
	if (absurd) handler.root.children.push(new Text('\n[nested too deep: the rest is left out]'));
	return handler.root;
}

const plainHeading = { uppercase: false };

const options: HtmlToTextOptions = {
	wordwrap: false,
	formatters: {
		alternative(element, _walk, builder) {
			const alt = (element.attribs as Record<string, string>).alt?.trim() ?? '';
			if (alt !== '') builder.addInline(`[image: ${alt}]`);
		},
	},
	// A reader sees what stands outside of `body`, too.
	baseElements: { selectors: [], returnDomByDefault: true },
	limits: { maxInputLength: longestHtml * 2, maxDepth: deepest + 10 },
	selectors: [
		{ selector: 'img', format: 'alternative' },
		{
			selector: 'a',
			options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true, noAnchorUrl: true, pathRewrite: shorten },
		},
		...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: plainHeading })),
		{ selector: 'table', options: { uppercaseHeaderCells: false } },
	],
};

/** Where a link leads stays; what only tracks who followed it goes. */
function shorten(target: string): string {
	if (target.length <= longestTarget) return target;
	return `${target.slice(0, target.startsWith('data:') ? 40 : longestTarget).toWellFormed()}…`;
}

function isDeceptive(link: Element): boolean {
	const shown = /^\s*(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]|\s*$)/i.exec(DomUtils.textContent(link))?.[1];
	if (shown === undefined || !URL.canParse(link.attribs.href ?? '')) return false;
	const { protocol, hostname } = new URL(link.attribs.href ?? '');
	const bare = (host: string) => host.toLowerCase().replace(/^www\./, '');
	return protocol.startsWith('http') && bare(shown) !== bare(hostname);
}
