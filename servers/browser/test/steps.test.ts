import { describe, expect, it } from 'vitest';
import { actions, Step, stepInWords } from '../src/steps.ts';

const artifact = `switchboard://artifact/${'a'.repeat(64)}`;

describe('a step', () => {
	it.each([
		[{ action: 'click', ref: 'e1' }, 'click button "Go" [e1]'],
		[{ action: 'dblclick', ref: 'e1' }, 'dblclick button "Go" [e1]'],
		[{ action: 'hover', ref: 'e1' }, 'hover button "Go" [e1]'],
		[{ action: 'fill', ref: 'e1', text: 'a "b"' }, 'fill "a \\"b\\"" into button "Go" [e1]'],
		[{ action: 'type', text: 'x' }, 'type "x" into what has the focus'],
		[{ action: 'select', ref: 'e1', values: ['A', 'B'] }, 'select "A", "B" in button "Go" [e1]'],
		[{ action: 'check', ref: 'e1' }, 'check button "Go" [e1]'],
		[{ action: 'uncheck', ref: 'e1' }, 'uncheck button "Go" [e1]'],
		[{ action: 'press', key: 'Enter' }, 'press Enter in what has the focus'],
		[{ action: 'drag', ref: 'e1', to: 'e2' }, 'drag button "Go" [e1] to button "Go" [e2]'],
		[{ action: 'drag', ref: 'e1', x: 5 }, 'drag button "Go" [e1] by 5, 0 pixels'],
		[{ action: 'scroll', y: 100 }, 'scroll by 0, 100 pixels'],
		[{ action: 'scroll', ref: 'e1' }, 'scroll to button "Go" [e1]'],
		[{ action: 'upload', ref: 'e1', values: [artifact] }, `upload ${artifact} through button "Go" [e1]`],
		[{ action: 'click_xy', x: 1, y: 2 }, 'click at 1, 2'],
	])('%j says what it would do', (step, words) => {
		expect(stepInWords(Step.parse(step), (ref) => `button "Go" [${ref}]`)).toBe(words);
	});

	it('is one of those that were promised', () => {
		expect([...actions].sort()).toEqual([
			'check',
			'click',
			'click_xy',
			'dblclick',
			'drag',
			'fill',
			'hover',
			'press',
			'scroll',
			'select',
			'type',
			'uncheck',
			'upload',
		]);
	});

	it.each([
		[{ action: 'click' }],
		[{ action: 'click', ref: '12' }],
		[{ action: 'click', ref: 'e0' }],
		[{ action: 'click', ref: 'e1', more: 1 }],
		[{ action: 'type' }],
		[{ action: 'select', ref: 'e1' }],
		[{ action: 'select', ref: 'e1', values: [] }],
		[{ action: 'drag', ref: 'e1' }],
		[{ action: 'scroll' }],
		[{ action: 'upload', ref: 'e1', values: ['/etc/passwd'] }],
		[{ action: 'click_xy', x: 1 }],
		[{ action: 'press' }],
		[{ action: 'explode', ref: 'e1' }],
	])('%j is not', (step) => {
		expect(Step.safeParse(step).success).toBe(false);
	});
});
