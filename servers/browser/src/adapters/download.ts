import { Fault } from '@switchboard/kit';
import type { Download } from '../ports.ts';
import { asFile, type Downloads } from './downloads.ts';
import type { Locator } from './locate.ts';
import type { SessionState } from './session-pages.ts';
import type { Tab } from './tab.ts';
import { faultOf } from './visit.ts';

/** Clicks what gives a file. */
export async function downloadClicked(
	ref: string,
	{ tab, locator }: { readonly tab: Tab; readonly locator: Locator },
	downloads: Downloads,
	signal: AbortSignal,
): Promise<Download> {
	return await downloads.take(async () => {
		const { x, y } = await locator.point(ref);
		await tab.bounded(tab.page.mouse.click(x, y));
	}, signal);
}

/** Fetches an address as a file, with the Session's cookies, whether or not the browser could show it. */
export async function downloadFrom(url: string, session: SessionState, signal: AbortSignal): Promise<Download> {
	const { tabs, downloads, incidents } = await session.context();
	const { timeoutMs } = session.config;
	session.noteIncidents();
	return await tabs.aside(async (tab) => {
		let status: number | undefined;
		await asFile(tab.worlds.session, (code) => {
			status = code;
		});
		return await downloads.take(async () => {
			await tab
				.bounded(tab.page.goto(url, { waitUntil: 'commit', timeout: timeoutMs }), timeoutMs + 5_000)
				.catch((error: unknown) => {
					if (/Download is starting/.test(String(error))) return;
					const incident = incidents.of(new URL(url).origin) ?? incidents.take().at(-1);
					if (incident !== undefined) throw faultOf(incident);
					if (status !== undefined)
						throw new Fault('not_found', `The server answered ${status} instead of a file.`, {
							hint: 'Check the address.',
						});
					throw error;
				});
		}, signal);
	});
}
