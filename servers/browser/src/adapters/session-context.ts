import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { resolveBySystem } from '@switchboard/kit/addresses';
import type { BrowserContext } from 'playwright-core';
import type { BrowserConfig } from '../config.ts';
import type { OriginRule } from '../origins.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { createFilterProxy } from './filter-proxy.ts';
import type { Incidents } from './incidents.ts';
import type { Launched } from './launch.ts';
import { listenerScript } from './page-script.ts';
import { createTabs, type Tabs } from './tabs.ts';

/** What a Session has of the browser: cookies, tabs and a way out that belong to nobody else. */
export interface SessionContext {
	readonly context: BrowserContext;
	readonly tabs: Tabs;
	readonly downloads: Downloads;
	readonly incidents: Incidents;
	/** For files that live no longer than the browser. */
	readonly folder: string;
	close(): Promise<void>;
}

export interface SessionContextOptions {
	readonly config: BrowserConfig;
	readonly allowed: () => readonly OriginRule[];
	readonly note: (text: string) => void;
	readonly over: () => Promise<never>;
	readonly nextTabId: () => string;
	readonly onTabClosed: (id: string) => void;
}

export async function openSessionContext(
	{ browser, folder }: Launched,
	options: SessionContextOptions,
): Promise<SessionContext> {
	const { config, allowed, note, over, nextTabId, onTabClosed } = options;
	const { allowPrivate, maxTabs, maxDownloadBytes, timeoutMs } = config;
	const proxy = await createFilterProxy({ allowed, allowPrivate, resolve: resolveBySystem });
	try {
		const context = await browser.newContext({
			proxy: { server: proxy.server, bypass: '<-loopback>' },
			viewport: { width: 1280, height: 800 },
			acceptDownloads: true,
			serviceWorkers: 'allow',
		});
		// Granting none denies every other permission without asking.
		await context.grantPermissions([]);
		const channel = `m${randomBytes(12).toString('hex')}`;
		await context.addInitScript({ content: listenerScript(channel) });
		const downloads = createDownloads({
			context,
			folder: join(folder, 'downloads'),
			mostBytes: maxDownloadBytes,
			stallMs: timeoutMs,
			note,
			closeBlank: () => tabs.closeBlank(),
		});
		const answerMs = Math.min(10_000, timeoutMs);
		const tabs: Tabs = createTabs({
			context,
			downloads,
			channel,
			answerMs,
			note,
			over,
			most: maxTabs,
			nextId: nextTabId,
			onClose: onTabClosed,
		});
		return {
			context,
			tabs,
			downloads,
			incidents: proxy.incidents,
			folder,
			async close() {
				await context.close().catch(() => {});
				await proxy.close();
			},
		};
	} catch (error) {
		await proxy.close();
		throw error;
	}
}
