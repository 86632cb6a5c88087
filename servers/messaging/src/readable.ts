import { clean } from '@switchboard/kit';
import type { HtmlText, ReadHtml } from './ports.ts';

interface Texts {
	readonly text: string | undefined;
	readonly html: string | undefined;
}

/** A message's text as its reader sees it: the plain one, or where that says nothing, the HTML one made plain. */
export async function readableText({ text, html }: Texts, readHtml: ReadHtml): Promise<HtmlText> {
	const plain = visible(text ?? '');
	if (html === undefined) return { ...plain, links: countLinks(plain.text), deceptive: 0 };
	const read = await readHtml(html);
	const rendered = visible(read.text);
	const hidden = read.hidden + rendered.hidden + plain.hidden;
	if (plain.text === '') return { ...read, text: rendered.text, hidden };
	return { text: plain.text, hidden, links: Math.max(read.links, countLinks(plain.text)), deceptive: read.deceptive };
}

/** Without characters that show nothing, and how many they were. */
function visible(text: string): { readonly text: string; readonly hidden: number } {
	const unix = text.replaceAll(/\r\n?/g, '\n');
	const kept = clean(unix);
	return { text: kept.replaceAll(/[ \t]+$/gm, '').trim(), hidden: unix.length - kept.length };
}

function countLinks(text: string): number {
	return text.match(/\bhttps?:\/\/[^\s<>]+/g)?.length ?? 0;
}
