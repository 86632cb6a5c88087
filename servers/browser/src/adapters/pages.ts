import { Fault } from '@switchboard/kit';
import type { Here, Look, Pages, Subject, TabFace } from '../ports.ts';
import { carryOut } from './act.ts';
import { downloadClicked, downloadFrom } from './download.ts';
import { evaluateIn } from './evaluate.ts';
import { isDocumentGone } from './gone.ts';
import { createLocator } from './locate.ts';
import { outlineOf } from './look.ts';
import { readIn } from './read.ts';
import { shoot } from './screenshot.ts';
import type { SessionState } from './session-pages.ts';
import type { Tab } from './tab.ts';
import { visit } from './visit.ts';
import { waitIn } from './wait.ts';
import type { World } from './world.ts';

const popupMs = 3_000;

/** What can be done with the pages of one Session. `signal` is that of the Call under way. */
export function createPages(session: SessionState, signal: () => AbortSignal): Pages {
	const { config, book, front } = session;
	const isOpen = (id: string): boolean => session.peek()?.tabs.get(id) !== undefined;
	const locator = createLocator({ book, front, isOpen, lines: async () => (await outlineOf(front(), book, {})).lines });

	async function open(url: string, inNewTab: boolean): Promise<number | undefined> {
		const { tabs, incidents } = await session.context();
		session.noteIncidents();
		const isFirst = tabs.all().length === 0;
		const tab = inNewTab || isFirst ? await tabs.open() : tabs.front();
		try {
			return await visit(tab, url, incidents, config.timeoutMs);
		} catch (error) {
			// What was not there before is not left behind half done; what was, shows nothing it should not.
			if (inNewTab || isFirst) await tab.page.close().catch(() => {});
			else if (error instanceof Fault && error.kind === 'denied') await tab.page.goto('about:blank').catch(() => {});
			throw error;
		}
	}

	async function here(): Promise<Here> {
		const tab = front();
		const [{ frame }] = await tab.worlds.all();
		const { origin = 'null' } = URL.parse(frame.url) ?? {};
		return { tab: tab.id, url: tab.page.url(), origin, document: session.documentOf(tab.id, frame.loaderId) };
	}

	async function look({ isShown = false, ...request }: Parameters<Pages['look']>[0] = {}): Promise<Look> {
		const place = request.scope === undefined ? undefined : await locator.place(request.scope);
		const outlined = await retried(front, () => outlineOf(front(), book, request, place?.world));
		const at = await here();
		const before = session.shown(at.tab, at.document);
		if (isShown) session.show(at.tab, at.document, outlined.lines);
		return { ...at, ...outlined, title: await titleOf(front()), before };
	}

	async function describe(ref: string): Promise<Subject> {
		const { world, around } = await locator.place(ref);
		const description = await world.call('describe', ref);
		if (description === undefined) throw await locator.gone(ref);
		return { ...description, origin: originOf([world, ...around]) };
	}

	/** Does something in the page in front and waits until the page has done its part. */
	async function doing<T>(work: (tab: Tab) => Promise<T>, isSure = false): Promise<T> {
		const { tabs } = session.opened();
		const tab = tabs.front();
		const popups = tabs.popups();
		tab.activity.begin();
		await tab.calm(isSure);
		const result = await work(tab).catch((error: unknown) => {
			throw isDocumentGone(error) ? replaced(error) : error;
		});
		await tab.settle(config.timeoutMs);
		if (tab.activity.hasOpenedWindow()) {
			await tab.activity.until(() => tabs.popups() > popups, popupMs);
			if (tabs.all().length > 0 && tabs.front() !== tab) await tabs.front().settle(config.timeoutMs);
		}
		return result;
	}

	async function back(isForward: boolean): Promise<void> {
		const { page, bounded, activity, settle } = front();
		activity.begin();
		const options = { waitUntil: 'domcontentloaded', timeout: config.timeoutMs } as const;
		const { currentIndex, entries } = await bounded(front().worlds.session.send('Page.getNavigationHistory'));
		if (entries[currentIndex + (isForward ? 1 : -1)] === undefined) {
			throw new Fault('not_found', `There is no page ${isForward ? 'after' : 'before'} this one.`);
		}
		await bounded(isForward ? page.goForward(options) : page.goBack(options), config.timeoutMs + 5_000);
		await settle(config.timeoutMs);
	}

	function tabNamed(id: string): Tab {
		const tab = session.peek()?.tabs.get(id);
		if (tab === undefined) throw new Fault('not_found', `There is no tab ${id}.`, { hint: 'browser_tabs lists them.' });
		return tab;
	}

	return {
		open,
		here,
		title: () => titleOf(front()),
		look,
		describe,
		act: (step, files = []) =>
			doing((tab) => carryOut(step, files, { tab, locator, folder: session.opened().folder, note: session.note })),
		async read(request) {
			const place = request.ref === undefined ? undefined : await locator.place(request.ref);
			return await retried(front, () => readIn(front(), request, place?.world));
		},
		screenshot: (request) => shoot(front(), locator, request),
		tabs: async () => await Promise.all((session.peek()?.tabs.all() ?? []).map((tab) => faceOf(tab, tab === front()))),
		select: async (id) => await session.opened().tabs.bringToFront(tabNamed(id)),
		close: async (id) => await tabNamed(id).page.close(),
		back,
		wait: (condition, timeoutMs) => waitIn(front, book, condition, timeoutMs),
		download: (from) =>
			'url' in from
				? downloadFrom(from.url, session, signal())
				: doing((tab) => downloadClicked(from.ref, { tab, locator }, session.opened().downloads, signal())),
		evaluate: (script, timeoutMs) => doing((tab) => evaluateIn(tab, script, timeoutMs), true),
		takeNotes: session.takeNotes,
	};
}

/** A page may be replaced while it is read; the one that took its place is read then. */
async function retried<T>(front: () => Tab, work: () => Promise<T>): Promise<T> {
	for (let left = 3; ; left -= 1) {
		try {
			return await work();
		} catch (error) {
			if (!isDocumentGone(error)) throw error;
			if (left === 0) throw replaced(error);
			await front().settle(5_000);
		}
	}
}

function replaced(cause: unknown): Fault {
	return new Fault('conflict', 'Another page took its place meanwhile.', {
		hint: 'browser_snapshot shows what is there.',
		cause,
	});
}

/** The browser's own record, since asking the page could take for ever. */
async function titleOf(tab: Tab): Promise<string> {
	const { currentIndex, entries } = await tab.bounded(tab.worlds.session.send('Page.getNavigationHistory'));
	return entries[currentIndex]?.title ?? '';
}

async function faceOf(tab: Tab, isFront: boolean): Promise<TabFace> {
	return { tab: tab.id, url: tab.page.url(), title: await titleOf(tab), isFront };
}

/** A frame without an address of its own, such as `srcdoc`, belongs to the one around it. */
function originOf(worlds: readonly World[]): string {
	for (const { frame } of worlds) {
		const url = URL.parse(frame.url);
		if (url !== null && url.origin !== 'null') return url.origin;
	}
	return 'null';
}
