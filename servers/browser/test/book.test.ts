import { describe, expect, it } from 'vitest';
import { createRefBook } from '../src/refs.ts';

const owner = (name: string) => ({ tab: 't1', frameId: name, loaderId: 'l' });

describe('the book of refs', () => {
	it('knows whose each number is and hands none out twice', () => {
		const book = createRefBook();
		book.took(4, owner('a'));
		book.took(4, owner('b'));
		book.took(6, owner('b'));
		book.took(7, owner('b'));
		expect(book.next()).toBe(7);
		expect(['e1', 'e3', 'e4', 'e6', 'e7', 'e0'].map((ref) => book.ownerOf(ref)?.frameId)).toEqual([
			'a',
			'a',
			'b',
			'b',
			undefined,
			undefined,
		]);
	});

	it('forgets the oldest when it is full, and still hands none out twice', () => {
		const book = createRefBook(2);
		for (let i = 0; i < 4; i += 1) book.took(book.next() + 1, owner(`f${i}`));
		expect(book.ownerOf('e1')).toBeUndefined();
		expect(book.ownerOf('e4')?.frameId).toBe('f3');
		expect(book.next()).toBe(5);
	});
});
