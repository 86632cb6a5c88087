import { accessSync, constants, globSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, posix, win32 } from 'node:path';
import { Fault } from '@switchboard/kit';

/** The machine as far as finding a browser depends on it. */
export interface Machine {
	readonly platform: NodeJS.Platform;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly home: string;
	readonly isRoot: boolean;
	readonly isExecutable: (path: string) => boolean;
	/** Files that match a pattern, best last. */
	readonly matching: (pattern: string) => readonly string[];
}

export const thisMachine: Machine = {
	platform: process.platform,
	env: process.env,
	home: homedir(),
	isRoot: process.getuid?.() === 0,
	isExecutable(path) {
		try {
			accessSync(path, constants.X_OK);
			return statSync(path).isFile();
		} catch {
			return false;
		}
	},
	matching: (pattern) => globSync(pattern).sort(new Intl.Collator('en', { numeric: true }).compare),
};

const commands = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'chrome',
	'microsoft-edge',
	'msedge',
];

/** The browser to start: the owner's choice, else what is installed, else what Playwright once downloaded. */
export function findBrowser(
	machine: Machine,
	{ executable, headless }: { readonly executable?: string | undefined; readonly headless: boolean },
): string {
	if (executable !== undefined) {
		if (machine.isExecutable(executable)) return executable;
		throw new Fault('unavailable', `No browser can be started at ${executable}.`, {
			hint: 'Correct or remove the setting `executable` of the browser Agent.',
			retryable: false,
		});
	}
	for (const path of candidates(machine, headless)) if (machine.isExecutable(path)) return path;
	for (const pattern of downloads(machine, headless)) {
		const found = machine.matching(pattern).findLast(machine.isExecutable);
		if (found !== undefined) return found;
	}
	throw new Fault('unavailable', 'No Chromium, Chrome or Edge is installed here, and the browser Agent needs one.', {
		hint: `Run this one command, then call again: ${installCommand(machine)}`,
		retryable: false,
	});
}

function candidates({ platform, env, home }: Machine, headless: boolean): readonly string[] {
	switch (platform) {
		case 'win32':
			return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
				.filter((base) => base !== undefined)
				.flatMap((base) =>
					[
						'Chromium\\Application\\chrome.exe',
						'Google\\Chrome\\Application\\chrome.exe',
						'Microsoft\\Edge\\Application\\msedge.exe',
					].map((end) => win32.join(base, end)),
				);
		case 'darwin':
			return ['/Applications', posix.join(home, 'Applications')].flatMap((base) =>
				['Chromium', 'Google Chrome', 'Microsoft Edge'].map((app) =>
					posix.join(base, `${app}.app/Contents/MacOS/${app}`),
				),
			);
		default: {
			// The headless shell starts three times as fast in half the memory.
			const names = headless ? ['chromium-headless-shell', ...commands] : commands;
			const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin', '/snap/bin'];
			const usual = ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/usr/lib/chromium/chromium'];
			return [...names.flatMap((name) => folders.map((folder) => posix.join(folder, name))), ...usual];
		}
	}
}

/** Where Playwright keeps browsers, whichever of its versions brought them. */
function downloads({ platform, env, home }: Machine, headless: boolean): readonly string[] {
	const cache = {
		win32: join(env.LOCALAPPDATA ?? home, 'ms-playwright'),
		darwin: join(home, 'Library/Caches/ms-playwright'),
	};
	const folder =
		env.PLAYWRIGHT_BROWSERS_PATH ??
		cache[platform as 'win32' | 'darwin'] ??
		join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'ms-playwright');
	const shells = ['chromium_headless_shell-*/*/headless_shell*', 'chromium_headless_shell-*/*/chrome-headless-shell*'];
	const whole = [
		'chromium-*/*/chrome',
		'chromium-*/*/chrome.exe',
		'chromium-*/*/Chromium.app/Contents/MacOS/Chromium',
		'chromium-*/*/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
	];
	return [...(headless ? shells : []), ...whole].map((end) => join(folder, end));
}

function installCommand({ platform, isRoot, isExecutable }: Machine): string {
	if (platform !== 'linux' || !isExecutable('/usr/bin/apt-get')) return 'npx playwright install chromium';
	return `${isRoot ? '' : 'sudo '}apt-get install chromium`;
}
