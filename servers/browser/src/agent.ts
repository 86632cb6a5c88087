import { defineAgent } from '@switchboard/kit';
import { createBrowserHost } from './adapters/browser.ts';
import { BrowserConfig } from './config.ts';
import type { BrowserPorts } from './ports.ts';
import { browserAct } from './skills/browser-act.ts';
import { browserBack } from './skills/browser-back.ts';
import { browserClick } from './skills/browser-click.ts';
import { browserClose } from './skills/browser-close.ts';
import { browserDownload } from './skills/browser-download.ts';
import { browserEvaluate } from './skills/browser-evaluate.ts';
import { browserFill } from './skills/browser-fill.ts';
import { browserFind } from './skills/browser-find.ts';
import { browserOpen } from './skills/browser-open.ts';
import { browserRead } from './skills/browser-read.ts';
import { browserScreenshot } from './skills/browser-screenshot.ts';
import { browserSnapshot } from './skills/browser-snapshot.ts';
import { browserTabs } from './skills/browser-tabs.ts';
import { browserUpload } from './skills/browser-upload.ts';
import { browserWait } from './skills/browser-wait.ts';

export const browser = defineAgent({
	name: 'browser',
	title: 'Browser',
	description:
		'Opens web pages in a real browser, reads them and acts in them. Pages of this machine and of private networks are refused unless its owner allows them.',
	version: '0.1.0',
	config: BrowserConfig,
	usage: {
		example: '--allow-origins http://127.0.0.1:3000',
		flags: {
			executable: 'browser to start; the first Chromium, Chrome or Edge found where absent',
			headless: 'no window (default)',
			sandbox: "auto (default), or require: never start without the browser's own sandbox",
			allowOrigins:
				'private origin that may be opened, such as http://127.0.0.1:3000 or http://localhost:*; may be repeated',
			allowPrivate: 'every address of this machine and of private networks may be opened',
			idleMs: 'close the browser after so long without use (default 600000)',
			timeoutMs: 'most time for a page to load (default 30000)',
			maxTabs: 'most tabs a session (default 12)',
			maxDownloadBytes: 'largest download (default 104857600)',
		},
	},
	allow: ['read'],
	ports({ config, log, onSessionEnd, onClose }): BrowserPorts {
		const host = createBrowserHost(config, log);
		onSessionEnd((session) => host.end(session));
		onClose(() => host.close());
		return { browser: host.browser };
	},
	skills: [
		browserOpen,
		browserSnapshot,
		browserFind,
		browserClick,
		browserFill,
		browserAct,
		browserRead,
		browserScreenshot,
		browserTabs,
		browserBack,
		browserWait,
		browserDownload,
		browserUpload,
		browserClose,
		browserEvaluate,
	],
});
