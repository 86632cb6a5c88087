import type { CDPSession, Page, Request } from 'playwright-core';

/** What a page has set going: navigations, requests, windows. */
export interface Activity {
	/** Forgets what was going on before an action. */
	begin(): void;
	readonly isNavigating: () => boolean;
	readonly isLoading: () => boolean;
	readonly hasOpenedWindow: () => boolean;
	/** Resolves once the condition holds, at the latest after `most` ms; says whether it holds. */
	until(condition: () => boolean, most: number): Promise<boolean>;
}

/** A navigation that was asked for and that nothing has come of by then was none. */
const askedMs = 500;

export async function createActivity(page: Page, session: CDPSession): Promise<Activity> {
	const requests = new Set<Request>();
	const waiting = new Set<() => void>();
	let documents = 0;
	let askedUntil = 0;
	let windows = 0;

	function changed(): void {
		for (const check of [...waiting]) check();
	}

	page.on('request', (request) => {
		if (isOfMainDocument(request, page)) {
			documents += 1;
			askedUntil = 0;
		} else if (/^(xhr|fetch)$/.test(request.resourceType())) requests.add(request);
		changed();
	});
	const ended = (request: Request): void => {
		requests.delete(request);
		// A document that failed to come, or came as a download, leaves the page as it was.
		if (request.failure() !== null && isOfMainDocument(request, page)) documents = 0;
		changed();
	};
	page.on('requestfinished', ended);
	page.on('requestfailed', ended);
	page.on('domcontentloaded', () => {
		documents = 0;
		changed();
	});
	session.on('Page.frameRequestedNavigation', ({ disposition, url }) => {
		if (disposition === 'currentTab' && /^https?:/.test(url)) askedUntil = performance.now() + askedMs;
	});
	session.on('Page.windowOpen', () => {
		windows += 1;
		changed();
	});
	await session.send('Page.enable');

	return {
		begin() {
			requests.clear();
			documents = 0;
			askedUntil = 0;
			windows = 0;
		},
		isNavigating: () => documents > 0 || performance.now() < askedUntil,
		isLoading: () => requests.size > 0,
		hasOpenedWindow: () => windows > 0,
		until: (condition, most) =>
			new Promise((done) => {
				const end = (): void => {
					clearTimeout(timer);
					clearInterval(ticks);
					waiting.delete(check);
					done(condition());
				};
				const check = (): void => void (condition() && end());
				const timer = setTimeout(end, most);
				// A navigation only asked for ends with its time, without an event.
				const ticks = setInterval(check, 50);
				waiting.add(check);
				check();
			}),
	};
}

function isOfMainDocument(request: Request, page: Page): boolean {
	try {
		return request.isNavigationRequest() && request.frame() === page.mainFrame();
	} catch {
		// A request of a service worker has no frame.
		return false;
	}
}
