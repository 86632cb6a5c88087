import type { WaitFor } from '../ports.ts';
import type { RefBook } from '../refs.ts';
import { isDocumentGone } from './gone.ts';
import { outlineOf } from './look.ts';
import type { Tab } from './tab.ts';

const pollMs = 100;

/** Waits until everything asked for holds; says whether it came to that. */
export async function waitIn(front: () => Tab, book: RefBook, condition: WaitFor, timeoutMs: number): Promise<boolean> {
	const end = performance.now() + timeoutMs;
	for (;;) {
		const tab = front();
		if (await holds(tab, book, condition)) return true;
		if (performance.now() + pollMs > end) return false;
		await tab.bounded(new Promise((done) => setTimeout(done, pollMs)));
	}
}

async function holds(tab: Tab, book: RefBook, { text, gone, url, load }: WaitFor): Promise<boolean> {
	if (url !== undefined && !isLike(tab.page.url(), url)) return false;
	if (load === true && (tab.activity.isNavigating() || tab.activity.isLoading())) return false;
	try {
		if (load === true && !(await (await tab.worlds.all())[0].call('isComplete'))) return false;
		if (text === undefined && gone === undefined) return true;
		const { lines } = await outlineOf(tab, book, {});
		const words = plain(lines.map((line) => line.text).join(' '));
		return (text === undefined || words.includes(plain(text))) && (gone === undefined || !words.includes(plain(gone)));
	} catch (error) {
		// The page is being replaced: the next look will tell.
		if (isDocumentGone(error)) return false;
		throw error;
	}
}

function plain(text: string): string {
	return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Part of the URL, or a pattern for the whole of it where there is a `*`. */
function isLike(url: string, pattern: string): boolean {
	const [first = '', ...rest] = pattern.split('*');
	const last = rest.pop();
	if (last === undefined) return url.includes(pattern);
	if (!url.startsWith(first)) return false;
	let at = first.length;
	for (const part of rest) {
		const found = url.indexOf(part, at);
		if (found === -1) return false;
		at = found + part.length;
	}
	return url.length - last.length >= at && url.endsWith(last);
}
