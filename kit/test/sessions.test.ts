import { createOpening } from '@switchboard/kit/opening';
import { createSessionMap } from '@switchboard/kit/sessions';
import { describe, expect, it, vi } from 'vitest';

const forever = new AbortController().signal;

describe('state a Session', () => {
	it('is opened once for all who ask at the same time, and closed at the end', async () => {
		let opened = 0;
		const closed: string[] = [];
		const map = createSessionMap(
			async (session) => `${session} ${++opened}`,
			(state) => void closed.push(state),
		);
		expect(await Promise.all([map.get('a'), map.get('a'), map.get('b')])).toEqual(['a 1', 'a 1', 'b 2']);
		expect(await map.peek('a')).toBe('a 1');
		expect(map.peek('c')).toBeUndefined();
		await map.end('a');
		await map.end('a');
		expect(closed).toEqual(['a 1']);
		expect(await map.get('a')).toBe('a 3');
		await map.endAll();
		expect(closed.toSorted()).toEqual(['a 1', 'a 3', 'b 2']);
	});

	it('is tried again when it could not be opened', async () => {
		let tries = 0;
		const map = createSessionMap(() => {
			if (++tries === 1) throw new Error('not yet');
			return tries;
		});
		await expect(map.get('a')).rejects.toThrow('not yet');
		expect(await map.get('a')).toBe(2);
	});

	it('that is still being opened is closed once it is', async () => {
		const { promise, resolve } = Promise.withResolvers<string>();
		const closed: string[] = [];
		const map = createSessionMap(
			() => promise,
			(state) => void closed.push(state),
		);
		const opening = map.get('a');
		await Promise.resolve();
		const ending = map.end('a');
		resolve('late');
		await Promise.all([opening, ending]);
		expect(closed).toEqual(['late']);
	});
});

describe('an opening', () => {
	it('happens once, for all callers', async () => {
		let opened = 0;
		const open = createOpening('It', async () => ++opened);
		expect(await Promise.all([open(forever), open(forever)])).toEqual([1, 1]);
		expect(await open(AbortSignal.abort())).toBe(1);
	});

	it('that failed is tried again', async () => {
		let tries = 0;
		const open = createOpening('It', async () => {
			if (++tries === 1) throw new Error('not yet');
			return tries;
		});
		await expect(Promise.all([open(forever), open(forever)])).rejects.toThrow('not yet');
		expect(await open(forever)).toBe(2);
	});

	it('goes on when its first caller has gone', async () => {
		const { promise, resolve } = Promise.withResolvers<string>();
		const open = createOpening('It', () => promise);
		await expect(open(AbortSignal.timeout(10))).rejects.toThrow();
		const waiting = open(forever);
		resolve('open');
		expect(await waiting).toBe('open');
	});

	it('that hangs keeps nobody for ever', async () => {
		vi.useFakeTimers();
		const waiting = createOpening('The browser', () => new Promise(() => {}))(forever).catch((error: unknown) => error);
		await vi.advanceTimersByTimeAsync(30_000);
		expect(await waiting).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('The browser') });
		vi.useRealTimers();
	});
});
