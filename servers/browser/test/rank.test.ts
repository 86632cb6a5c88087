import { describe, expect, it } from 'vitest';
import type { Line } from '../src/page/lines.ts';
import { rank } from '../src/rank.ts';

const page: Line[] = [
	{ text: '# Account settings', ref: 'e1' },
	{ text: '[e2] link "Settings"', ref: 'e2', role: 'link', name: 'Settings' },
	{ text: '[e3] button "Save settings"', ref: 'e3', role: 'button', name: 'Save settings' },
	{ text: '[e4] searchbox {Find anything}', ref: 'e4', role: 'searchbox', name: 'Find anything' },
	{ text: '[e5] combobox "Country" = "France" of France | Italy', ref: 'e5', role: 'combobox', name: 'Country' },
	{ text: '[e6] checkbox "I agree" checked', ref: 'e6', role: 'checkbox', name: 'I agree' },
	{ text: 'Your settings were saved.', ref: 'e7' },
	{ text: 'no ref at all: settings' },
];
const refs = (text: string, most = 10): string[] => rank(text, page, most).map(({ ref }) => ref);

describe('a description', () => {
	it.each([
		['Settings', ['e2', 'e1', 'e7', 'e3']],
		['save settings', ['e3']],
		['search box', ['e4']],
		['country dropdown', ['e5']],
		['agree check box', ['e6']],
		['Italy', ['e5']],
		['button', ['e3']],
		['unheard of', []],
		['   ', []],
	])('%j finds the best first', (text, expected) => {
		expect(
			refs(text)
				.slice(0, expected.length || 10)
				.sort(),
		).toEqual([...expected].sort());
		expect(refs(text)[0]).toBe(expected[0]);
	});

	it('finds no more than asked for, and answers the whole line', () => {
		expect(rank('settings', page, 1)).toEqual([
			{ ref: 'e2', role: 'link', name: 'Settings', line: '[e2] link "Settings"' },
		]);
		expect(rank('saved', page, 1)).toEqual([
			{ ref: 'e7', role: 'text', name: 'Your settings were saved.', line: 'Your settings were saved.' },
		]);
	});
});
