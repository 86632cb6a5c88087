import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type Log } from '@switchboard/kit';
import type { Browser } from 'playwright-core';
import type { BrowserConfig } from '../config.ts';
import { findBrowser, thisMachine } from './browser-paths.ts';
import { createKeeper, type Keeper } from './keeper.ts';

export interface Launched {
	readonly browser: Browser;
	/** For files that live no longer than the browser. */
	readonly folder: string;
	close(): Promise<void>;
}

// Nothing listens there: whatever the browser itself would fetch, outside of any Session, goes nowhere.
const nowhere = 'http://127.0.0.1:9';

/** What starting fails with where the system has no sandbox to offer. */
const noSandbox = /sandboxing failed|no usable sandbox/i;

const flags = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-pings',
	// Chrome would ask Google what the fields of a form mean; no valid address means not to.
	'--autofill-server-url=none',
	// A frame of another site gets a process of its own, in the headless shell as in Chrome.
	'--site-per-process',
	// Names are resolved in the filtering proxy alone, and calls between browsers have no way round it. WebTransport
	// has none either: Chromium refuses it where there is a proxy.
	'--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
	// The headless shell and Chrome call this one by different names.
	'--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
	'--webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** Starts the browser on a pipe, so that it ends when this process does. */
export async function launchBrowser(config: BrowserConfig, log: Log): Promise<Launched> {
	const executablePath = findBrowser(thisMachine, config);
	const keeper = createKeeper();
	try {
		const browser = await startSandboxed(executablePath, keeper.folder, config, log);
		await tellPid(browser, keeper);
		return {
			browser,
			folder: keeper.folder,
			async close() {
				await browser.close().catch(() => {});
				await keeper.close();
			},
		};
	} catch (error) {
		await keeper.close();
		log.warn({ err: error }, 'the browser did not start');
		throw error instanceof Fault ? error : startFault(executablePath, error);
	}
}

async function startSandboxed(
	executablePath: string,
	folder: string,
	config: BrowserConfig,
	log: Log,
): Promise<Browser> {
	const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;
	if (!isRootOnLinux || config.sandbox === 'require') {
		try {
			return await start(executablePath, folder, config, true);
		} catch (error) {
			if (config.sandbox === 'require' || !noSandbox.test(String(error))) throw error;
		}
	}
	log.warn(
		{ reason: isRootOnLinux ? 'running as root' : 'this machine offers no sandbox' },
		'the browser runs without its sandbox; start the Agent as an ordinary user to have it',
	);
	return await start(executablePath, folder, config, false);
}

async function start(
	executablePath: string,
	folder: string,
	{ headless }: BrowserConfig,
	chromiumSandbox: boolean,
): Promise<Browser> {
	const artifactsDir = join(folder, 'downloads');
	mkdirSync(artifactsDir, { recursive: true });
	// Loaded with the first browser: it takes longer than all the rest of the Agent, and most starts only list Skills.
	const { chromium } = await import('playwright-core');
	// Only a persistent context may say where its profile is; Sessions get contexts of their own beside it.
	const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
		executablePath,
		headless,
		chromiumSandbox,
		artifactsDir,
		args: flags,
		proxy: { server: nowhere, bypass: '<-loopback>' },
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
		timeout: 30_000,
	});
	const browser = context.browser();
	if (browser === null) throw new Fault('internal', 'The browser started without a handle to it.');
	return browser;
}

async function tellPid(browser: Browser, keeper: Keeper): Promise<void> {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	const main = processInfo.find(({ type }) => type === 'browser');
	if (main !== undefined) keeper.watch(main.id);
	await session.detach();
}

function startFault(executablePath: string, cause: unknown): Fault {
	const isSandbox = noSandbox.test(String(cause));
	return new Fault(
		'unavailable',
		`The browser at ${executablePath} did not start${isSandbox ? ' with its sandbox' : ''}.`,
		{
			hint: isSandbox
				? 'Start the Agent as an ordinary user, or set `sandbox` of the browser Agent to auto.'
				: 'The log of the browser Agent has its words; the setting `executable` names another browser.',
			retryable: false,
			cause,
		},
	);
}
