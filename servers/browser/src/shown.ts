import { z } from 'zod';
import { type Mode, modeAfterAction, pageText } from './page-text.ts';
import type { Pages } from './ports.ts';

/** A page as Skills answer it. */
export const ShownPage = z.object({
	url: z.string(),
	title: z.string(),
	document: z
		.string()
		.describe('Changes when another document has taken the place of the page; refs of the old one are then void'),
	text: z.string().describe('The page in reading order; [e12] marks what can be acted on'),
	tab: z.string(),
	notes: z.array(z.string()).optional().describe('What happened besides: dialogs, windows, refused requests'),
});
export type ShownPage = z.infer<typeof ShownPage>;

export const defaultLimit = 30_000;

export interface ShowRequest {
	/** Absent after an action: whole where the page is small or new, else what has changed. */
	readonly mode?: Mode;
	readonly from?: number;
	readonly limit?: number;
	readonly scope?: string | undefined;
	readonly urls?: boolean;
}

export async function show(
	pages: Pages,
	{ mode, from = 1, limit = defaultLimit, scope, urls = false }: ShowRequest = {},
): Promise<ShownPage> {
	const look = await pages.look({ urls, isShown: scope === undefined, ...(scope !== undefined && { scope }) });
	const { url, title, document, tab, lines, before, isCut } = look;
	const text = pageText(lines, scope === undefined ? before : undefined, isCut, {
		mode: mode ?? modeAfterAction(lines, before),
		from,
		limit,
	});
	const notes = pages.takeNotes();
	return { url, title, document, text, tab, ...(notes.length > 0 && { notes: [...notes] }) };
}

export function renderPage({ url, title, document, text, tab, notes = [] }: ShownPage): string {
	return [
		`${title === '' ? '(no title)' : title} | ${url} | tab ${tab}, document ${document}`,
		...notes.map((note) => `(${note})`),
		text,
	].join('\n');
}
