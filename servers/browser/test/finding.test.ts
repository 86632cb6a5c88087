import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from '@switchboard/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { findBrowser, type Machine, thisMachine } from '../src/adapters/browser-paths.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function machine(there: readonly string[], more: Partial<Machine> = {}): Machine {
	return {
		platform: 'linux',
		env: { PATH: '/usr/bin' },
		home: '/home/ann',
		isRoot: true,
		isExecutable: (path) => there.includes(path),
		matching: () => [],
		...more,
	};
}

const find = (on: Machine, headless = true, executable?: string): string => findBrowser(on, { headless, executable });

function faultOf(work: () => unknown): Fault {
	try {
		work();
	} catch (error) {
		return error as Fault;
	}
	throw new Error('it was found');
}

describe('the browser', () => {
	it('is the one its owner names', () => {
		expect(find(machine(['/opt/mine', '/usr/bin/chromium']), true, '/opt/mine')).toBe('/opt/mine');
		expect(faultOf(() => find(machine(['/usr/bin/chromium']), true, '/opt/mine'))).toMatchObject({
			kind: 'unavailable',
			hint: expect.stringContaining('executable'),
		});
	});

	it.each([
		[true, ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'], '/usr/bin/chromium-headless-shell'],
		[false, ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'], '/usr/bin/chromium'],
		[true, ['/usr/bin/google-chrome', '/usr/bin/microsoft-edge'], '/usr/bin/google-chrome'],
		[true, ['/usr/bin/microsoft-edge'], '/usr/bin/microsoft-edge'],
		[true, ['/snap/bin/chromium'], '/snap/bin/chromium'],
		[true, ['/opt/google/chrome/chrome'], '/opt/google/chrome/chrome'],
	])('headless %s, of %j on Linux, is %s', (headless, there, expected) => {
		expect(find(machine(there), headless)).toBe(expected);
	});

	it('is found where macOS and Windows keep programs', () => {
		const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
		const own = '/home/ann/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge';
		expect(find(machine([chrome, own], { platform: 'darwin' }))).toBe(chrome);
		expect(find(machine([own], { platform: 'darwin' }))).toBe(own);
		const env = { PROGRAMFILES: 'C:\\Program Files', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
		const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
		expect(find(machine([edge], { platform: 'win32', env }))).toBe(edge);
	});

	it('may be one that Playwright once downloaded, the newest, headless where that is meant', () => {
		const home = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
		folders.push(home);
		for (const path of [
			'chromium-9/chrome-linux/chrome',
			'chromium-1200/chrome-linux64/chrome',
			'chromium_headless_shell-1200/chrome-linux/headless_shell',
		]) {
			const file = join(home, '.cache/ms-playwright', path);
			mkdirSync(join(file, '..'), { recursive: true });
			writeFileSync(file, '');
			chmodSync(file, 0o755);
		}
		const on: Machine = {
			...machine([]),
			home,
			matching: thisMachine.matching,
			isExecutable: (path) => path.startsWith(home) && thisMachine.isExecutable(path),
		};
		expect(find(on)).toMatch(/headless_shell$/);
		expect(find(on, false)).toMatch(/chromium-1200\/chrome-linux64\/chrome$/);
	});

	it.each([
		['linux', true, ['/usr/bin/apt-get'], 'apt-get install chromium'],
		['linux', false, ['/usr/bin/apt-get'], 'sudo apt-get install chromium'],
		['linux', true, [], 'npx playwright install chromium'],
		['darwin', false, [], 'npx playwright install chromium'],
		['win32', false, [], 'npx playwright install chromium'],
	] as const)(
		'that is nowhere on %s (root: %s) is a fault with the one command to run',
		(platform, isRoot, there, command) => {
			const fault = faultOf(() => find(machine(there, { platform, isRoot })));
			expect(fault).toMatchObject({
				kind: 'unavailable',
				retryable: false,
				hint: `Run this one command, then call again: ${command}`,
			});
		},
	);
});
