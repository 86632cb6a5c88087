import { describe, expect, it } from 'vitest';
import type { Line } from '../src/page/lines.ts';
import { modeAfterAction, pageText } from '../src/page-text.ts';

const lines = (...texts: string[]): Line[] =>
	texts.map((text) => (text.startsWith('[') ? { text, ref: text.slice(1, 3), role: 'button', name: text } : { text }));
const all = { from: 1, limit: 1_000 };

describe('the text of a page', () => {
	it('is its lines', () => {
		expect(pageText(lines('a', '[e1] b'), undefined, false, { ...all, mode: 'full' })).toBe('a\n[e1] b');
		expect(pageText([], undefined, false, { ...all, mode: 'full' })).toBe('');
	});

	it('is cut between lines, with a word on what is left and how to see it', () => {
		const text = pageText(lines('aaaa', 'bbbb', 'cccc'), undefined, false, { mode: 'full', from: 1, limit: 10 });
		expect(text).toBe('aaaa\nbbbb\n(1 lines left out; browser_snapshot with from 3 shows them)');
		expect(pageText(lines('aaaa', 'bbbb', 'cccc'), undefined, false, { mode: 'full', from: 3, limit: 10 })).toBe(
			'cccc',
		);
		expect(pageText(lines('aaaa'), undefined, false, { mode: 'full', from: 9, limit: 10 })).toBe('');
	});

	it('shows a line that alone is over the limit', () => {
		const text = pageText(lines('a'.repeat(50), 'b'), undefined, false, { mode: 'full', from: 1, limit: 10 });
		expect(text).toBe(`${'a'.repeat(50)}\n(1 lines left out; browser_snapshot with from 2 shows them)`);
	});

	it('says when the page was too large to be read to its end', () => {
		expect(pageText(lines('a'), undefined, true, { ...all, mode: 'full' })).toMatch(/larger than can be read at once/);
	});

	it('is what has changed, line by line and as often', () => {
		const text = pageText(lines('a', 'a', 'c', '[e1] new'), lines('a', 'b', 'c'), false, { ...all, mode: 'diff' });
		expect(text).toBe('(changes since this page was last shown)\n+ a\n+ [e1] new\n- b');
		expect(pageText(lines('a'), lines('a'), false, { ...all, mode: 'diff' })).toBe(
			'(nothing has changed since this page was last shown)',
		);
		expect(pageText(lines('a'), undefined, false, { ...all, mode: 'diff' })).toBe('a');
	});

	it('is what can be acted on alone', () => {
		const text = pageText(lines('a', '[e1] b', '[e2] c'), undefined, false, { from: 1, limit: 6, mode: 'interactive' });
		expect(text).toBe('[e1] b\n(1 lines left out; browser_snapshot with from 2 and mode interactive shows them)');
	});
});

it.each([
	['new', 10, undefined, 'full'],
	['small', 10, [], 'full'],
	['large', 1_000, [], 'diff'],
] as const)('a %s page is shown after an action in the way that costs least', (_, size, before, mode) => {
	expect(modeAfterAction(lines(...Array(size).fill('some words')), before)).toBe(mode);
});
