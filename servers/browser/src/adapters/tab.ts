import { Fault } from '@switchboard/kit';
import type { CDPSession, Dialog, Page } from 'playwright-core';
import { type Activity, createActivity } from './activity.ts';
import { within } from './deadline.ts';
import { isDocumentGone } from './gone.ts';
import { createWorlds, type Worlds } from './worlds.ts';

/** One page of a Session with all that is known about it. */
export interface Tab {
	readonly id: string;
	readonly page: Page;
	readonly worlds: Worlds;
	readonly activity: Activity;
	/** Waits for the page; one that does not answer in time is closed, and the wait ends in a Fault. */
	bounded<T>(work: Promise<T>, ms?: number): Promise<T>;
	/** Resolves when the page has done what was begun with `activity.begin` and `calm`. */
	settle(navigationMs: number): Promise<void>;
	/** Tells the page's documents that an action begins, and whether it has its effect at once. */
	calm(isSure: boolean): Promise<void>;
}

export interface TabOptions {
	readonly id: string;
	readonly channel: string;
	/** How long a page may take to answer. */
	readonly answerMs: number;
	readonly note: (text: string) => void;
	/** Rejects when the browser or the Call under way is over. */
	readonly over: () => Promise<never>;
}

const quietMs = 500;
const loadingMs = 1_500;

export async function createTab(page: Page, { id, channel, answerMs, note, over }: TabOptions): Promise<Tab> {
	page.on('dialog', (dialog) => void dismiss(dialog, note));
	const crashed = new Promise<never>((_, reject) => {
		page.on('crash', () => {
			void page.close().catch(() => {});
			reject(
				new Fault('unavailable', `The page in tab ${id} crashed, so the tab was closed.`, {
					hint: 'browser_open opens it again.',
					retryable: false,
				}),
			);
		});
	});
	crashed.catch(() => {});

	let worlds: Worlds | undefined;
	function late(): never {
		void kill(page, worlds?.session);
		throw new Fault('timeout', `The page in tab ${id} stopped answering, so the tab was closed.`, {
			hint: 'It may be caught in a loop. browser_open opens another page.',
			retryable: false,
		});
	}

	function bounded<T>(work: Promise<T>, ms = answerMs): Promise<T> {
		return within(Promise.race([work, crashed, over()]), ms, late);
	}

	const entered = await bounded(createWorlds(page, channel, bounded));
	worlds = entered;
	const activity = await bounded(createActivity(page, entered.session));

	/** Documents come and go while they are waited for; one that has gone has settled. */
	async function inEach(work: (call: Awaited<ReturnType<Worlds['all']>>[number]) => Promise<void>): Promise<void> {
		try {
			const all = await entered.all();
			await Promise.all(all.map((world) => work(world).catch(ignoreGone)));
		} catch (error) {
			ignoreGone(error);
		}
	}

	return {
		id,
		page,
		worlds: entered,
		activity,
		bounded,
		calm: (isSure) => inEach((world) => world.call('begin', isSure)),
		async settle(navigationMs) {
			await inEach((world) => world.call('settle', quietMs));
			if (activity.isNavigating()) {
				await activity.until(() => !activity.isNavigating(), navigationMs);
				await inEach((world) => world.call('settle', quietMs));
			}
			if (activity.isLoading()) {
				await activity.until(() => !activity.isLoading(), loadingMs);
				await inEach((world) => world.call('settle', quietMs / 2));
			}
		},
	};
}

function ignoreGone(error: unknown): void {
	if (!isDocumentGone(error)) throw error;
}

/** Answered for the owner, who does not see it: no to a question, go on to leaving the page. */
async function dismiss(dialog: Dialog, note: (text: string) => void): Promise<void> {
	const isLeaving = dialog.type() === 'beforeunload';
	const said = dialog.message().replace(/\s+/g, ' ').slice(0, 300);
	note(
		isLeaving
			? 'The page asked whether to leave it; it was left.'
			: `The page showed a ${dialog.type()} dialog, which was dismissed: "${said}"`,
	);
	await (isLeaving ? dialog.accept() : dialog.dismiss()).catch(() => {});
}

/** Ends a page whose scripts would never let it end by itself. */
async function kill(page: Page, session: CDPSession | undefined): Promise<void> {
	session?.send('Page.crash').catch(() => {});
	await page.close().catch(() => {});
}
