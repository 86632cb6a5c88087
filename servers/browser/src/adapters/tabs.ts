import { Fault } from '@switchboard/kit';
import type { BrowserContext, Page } from 'playwright-core';
import type { Downloads } from './downloads.ts';
import { createTab, type Tab, type TabOptions } from './tab.ts';

/** The tabs of one Session, in the order they were opened. */
export interface Tabs {
	/** The one that Skills act on; a Fault where there is none. */
	front(): Tab;
	get(id: string): Tab | undefined;
	all(): readonly Tab[];
	open(): Promise<Tab>;
	bringToFront(tab: Tab): Promise<void>;
	/** A tab that no Skill sees. */
	aside<T>(work: (tab: Tab) => Promise<T>): Promise<T>;
	/** How many windows pages have opened by themselves and are ready. */
	readonly popups: () => number;
	/** A window that was opened for a download and has nothing to show is closed, as browsers do. */
	closeBlank(): Promise<void>;
}

export interface TabsOptions extends Omit<TabOptions, 'id'> {
	readonly context: BrowserContext;
	readonly downloads: Downloads;
	readonly most: number;
	/** Tabs keep their names for as long as the Session lasts, so they are counted there. */
	readonly nextId: () => string;
	readonly onClose: (id: string) => void;
}

export function createTabs(options: TabsOptions): Tabs {
	const { context, downloads, most, note, nextId, onClose } = options;
	const tabs = new Map<string, Tab>();
	let order: string[] = [];
	let popups = 0;
	/** Tabs that are being made, so that many at once do not pass for none. */
	let making = 0;
	/** Pages we asked for, which are not windows that a page opens. */
	let awaited = 0;
	/** Windows without a document so far. */
	const blank = new Set<Page>();

	context.on('page', (page) => {
		if (awaited > 0) awaited -= 1;
		else void adopt(page);
	});

	/** A window that a page opened comes to the front, as it would before a human. */
	async function adopt(page: Page): Promise<void> {
		try {
			if (tabs.size + making >= most) {
				note(`The page opened a window, which was closed: this session has its ${most} tabs already.`);
				await page.close();
				return;
			}
			blank.add(page);
			const tab = await make(page);
			await page.waitForLoadState('domcontentloaded', { timeout: 5_000 }).catch(() => {});
			if (!page.isClosed()) note(`The page opened a window, now tab ${tab.id} in front.`);
		} catch {
			// It has closed again before it was ready.
		} finally {
			blank.delete(page);
			popups += 1;
		}
	}

	async function make(page: Page): Promise<Tab> {
		making += 1;
		try {
			const tab = await prepared(page);
			keep(tab);
			return tab;
		} finally {
			making -= 1;
		}
	}

	async function prepared(page: Page): Promise<Tab> {
		const tab = await createTab(page, { ...options, id: nextId() });
		downloads.watch(page);
		return tab;
	}

	function keep(tab: Tab): void {
		tabs.set(tab.id, tab);
		order.push(tab.id);
		const drop = (): void => {
			tabs.delete(tab.id);
			order = order.filter((id) => id !== tab.id);
			onClose(tab.id);
		};
		tab.page.once('close', drop);
		// A crashed page takes a while to close.
		tab.page.once('crash', drop);
	}

	async function newPage(): Promise<Page> {
		awaited += 1;
		const before = awaited;
		try {
			return await context.newPage();
		} catch (error) {
			awaited = Math.min(awaited, before - 1);
			throw error;
		}
	}

	return {
		front() {
			const tab = tabs.get(order.at(-1) ?? '');
			if (tab === undefined) throw noPage();
			return tab;
		},
		get: (id) => tabs.get(id),
		all: () => [...tabs.values()],
		async open() {
			if (tabs.size >= most) {
				throw new Fault('rate_limited', `This session has ${most} tabs, the most it may have.`, {
					hint: 'browser_close closes one; browser_open without newTab uses the one in front.',
					retryable: false,
				});
			}
			return await make(await newPage());
		},
		async bringToFront(tab) {
			order = [...order.filter((id) => id !== tab.id), tab.id];
			await tab.bounded(tab.page.bringToFront());
		},
		async aside(work) {
			const page = await newPage();
			try {
				return await work(await prepared(page));
			} finally {
				await page.close().catch(() => {});
			}
		},
		popups: () => popups,
		closeBlank: async () => void (await Promise.allSettled([...blank].map((page) => page.close()))),
	};
}

export function noPage(why = ''): Fault {
	return new Fault('not_found', `No page is open${why}.`, { hint: 'browser_open opens one.' });
}
