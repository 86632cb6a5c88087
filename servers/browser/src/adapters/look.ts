import type { Line } from '../page/lines.ts';
import type { OutlineRequest } from '../page/outline.ts';
import type { RefBook } from '../refs.ts';
import { isDocumentGone } from './gone.ts';
import type { Tab } from './tab.ts';
import type { World } from './world.ts';

export interface Outlined {
	readonly lines: readonly Line[];
	/** There is more than is read at once. */
	readonly isCut: boolean;
}

const mostFrames = 40;

/** The lines of a document, the page's own unless said, with those of its frames in their places. */
export async function outlineOf(
	tab: Tab,
	book: RefBook,
	{ scope, ...request }: Omit<OutlineRequest, 'next'>,
	start?: World,
): Promise<Outlined> {
	const all = await tab.worlds.all();
	let frames = 0;
	let isCut = false;

	async function linesOf({ frame, call, frameAt }: World, within: { readonly scope?: string }): Promise<Line[]> {
		const outline = await call('outline', { ...request, ...within, next: book.next() });
		book.took(outline.next, { tab: tab.id, frameId: frame.id, loaderId: frame.loaderId });
		isCut ||= outline.isCut;
		const found: Line[] = [];
		for (const line of outline.lines) {
			if (line.frame === undefined) found.push(line);
			else found.push(...(await linesInFrame(await frameAt(line.frame), frame.url)));
		}
		return found;
	}

	async function linesInFrame(frameId: string | undefined, outerUrl: string): Promise<Line[]> {
		const inner = all.find(({ frame }) => frame.id === frameId);
		frames += 1;
		isCut ||= frames > mostFrames;
		if (inner === undefined || frames > mostFrames) return [];
		try {
			const lines = await linesOf(inner, {});
			return lines.length === 0 ? [] : [...headOf(inner.frame.url, outerUrl), ...lines];
		} catch (error) {
			// A frame may navigate while the others are read.
			if (isDocumentGone(error)) return [];
			throw error;
		}
	}

	return { lines: await linesOf(start ?? all[0], { ...(scope !== undefined && { scope }) }), isCut };
}

/** Says whose words follow, where they are another site's. */
function headOf(url: string, outerUrl: string): readonly Line[] {
	const origin = URL.parse(url)?.origin;
	if (origin === undefined || origin === 'null' || origin === URL.parse(outerUrl)?.origin) return [];
	return [{ text: `frame of ${origin}:` }];
}
