import { clean } from '@switchboard/kit';
import { z } from 'zod';
import type { Account, StoredMessage } from './account.ts';
import { foldQuotes } from './fold.ts';
import type { ReadHtml } from './ports.ts';
import { readableText } from './readable.ts';
import { cursorOf, positionIn } from './refs.ts';

export interface ReadText {
	readonly text: string;
	/** Characters a reader would not have seen, left out. */
	readonly hidden: number;
	/** Quoted lines folded away. */
	readonly quotedLines: number;
	readonly links: number;
	readonly deceptiveLinks: number;
}

const plain = { hidden: 0, quotedLines: 0, links: 0, deceptiveLinks: 0 };

/** Most bytes of a message's source that are shown. */
const mostRaw = 1_000_000;

/** One view of a message as text that is safe to show. */
export async function viewOf(
	view: 'text' | 'html' | 'headers' | 'raw',
	message: StoredMessage,
	{
		includeQuoted,
		account,
		readHtml,
		signal,
	}: { includeQuoted: boolean; account: Account; readHtml: ReadHtml; signal: AbortSignal },
): Promise<ReadText> {
	switch (view) {
		case 'headers':
			return { ...plain, text: message.headers };
		case 'html':
			return { ...plain, text: clean(message.html ?? '') };
		case 'raw':
			return { ...plain, text: clean(Buffer.from(await account.source(message.at, mostRaw, signal)).toString('utf8')) };
		case 'text': {
			const { text, hidden, links, deceptive } = await readableText(message, readHtml);
			const folded = includeQuoted ? { text, lines: 0 } : foldQuotes(text);
			return { text: folded.text, hidden, quotedLines: folded.lines, links, deceptiveLinks: deceptive };
		}
	}
}

export interface Slice {
	readonly text: string;
	readonly nextCursor?: string;
}

/** So much of a text from where the cursor says, cut at the end of a line where one is near. */
export function slice(text: string, bound: unknown, maxChars: number, cursor: string | undefined): Slice {
	const start = cursor === undefined ? 0 : z.int().min(0).parse(positionIn(bound, cursor));
	if (text.length - start <= maxChars) return { text: text.slice(start) };
	const newline = text.lastIndexOf('\n', start + maxChars);
	let end = newline > start + maxChars * 0.8 ? newline + 1 : start + maxChars;
	// Half of a surrogate pair would be no character.
	if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end -= 1;
	return { text: text.slice(start, Math.max(end, start + 1)), nextCursor: cursorOf(bound, Math.max(end, start + 1)) };
}
