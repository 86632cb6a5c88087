import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { createPorts } from '../src/adapters/create-ports.ts';
import { findRipgrep } from '../src/adapters/search/ripgrep.ts';
import { FsShellConfig } from '../src/config.ts';
import type { FsShellPorts } from '../src/ports.ts';
import { answer, folder, start } from './support.ts';

interface Answer {
	readonly matches: readonly { readonly path: string; readonly line: number; readonly text: string }[];
	readonly total: number;
	readonly isComplete: boolean;
	readonly nextCursor?: string;
}

/** The real ports, with ripgrep or without. */
function ports(withRipgrep: boolean): FsShellPorts {
	const nothing = (): void => {};
	const context = {
		config: FsShellConfig.parse({}),
		stateFolder: folder(),
		onSessionEnd: nothing,
		onClose: nothing,
		skillsChanged: nothing,
	};
	return createPorts(context, withRipgrep ? findRipgrep : async () => undefined);
}

const where = ({ matches }: Answer): string[] => matches.map(({ path, line }) => `${path}:${line}`);

describe.each([
	['ripgrep', true],
	['the built-in search', false],
])('fs_search with %s', (_, withRipgrep) => {
	it('finds lines by expression and by text, in order', async () => {
		const root = folder({
			'b.txt': 'x\nfoo(1)\n',
			'a/c.txt': 'foo(2) foo(3)\nFoo\n',
			'bin.dat': Buffer.from('foo\0foo'),
		});
		const agent = await start([root], { ports: ports(withRipgrep) });
		const found = async (args: Record<string, unknown>): Promise<string[]> =>
			where(await answer(agent, 'fs_search', args));
		expect(await found({ pattern: 'foo\\(\\d' })).toEqual(['a/c.txt:1', 'b.txt:2']);
		expect(await found({ pattern: 'foo(', literal: true })).toEqual(['a/c.txt:1', 'b.txt:2']);
		expect(await found({ pattern: 'foo' })).toEqual(['a/c.txt:1', 'a/c.txt:2', 'b.txt:2']);
		expect(await found({ pattern: 'Foo' })).toEqual(['a/c.txt:2']);
		expect(await found({ pattern: 'foo', case: 'sensitive', glob: '*.txt' })).toEqual(['a/c.txt:1', 'b.txt:2']);
		expect(await found({ pattern: 'foo', path: 'b.txt' })).toEqual(['b.txt:2']);
		expect(await found({ pattern: 'nothing' })).toEqual([]);
	});

	it('shows the lines around, whatever the encoding', async () => {
		const root = folder({
			'a.txt': 'one\r\ntwo\r\nthree\r\nfour\r\n',
			'l1.txt': Buffer.from('caf\xe9 needle\n', 'latin1'),
			'mark.txt': '\ufeffneedle\n',
			'u16.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode('x\né needle\n', 'utf-16le')]),
		});
		const agent = await start([root], { ports: ports(withRipgrep) });
		const around: Answer = await answer(agent, 'fs_search', { pattern: 'three', context: 1 });
		expect(around.matches).toEqual([{ path: 'a.txt', line: 3, text: 'three', before: ['two'], after: ['four'] }]);
		const found: Answer = await answer(agent, 'fs_search', { pattern: 'needle' });
		expect(found.matches).toMatchObject([
			{ path: 'l1.txt', text: 'café needle' },
			{ path: 'mark.txt', line: 1, text: 'needle' },
			{ path: 'u16.txt', line: 2, text: 'é needle' },
		]);
	});

	it('pages through all matches', async () => {
		const root = folder({ 'a.txt': 'hit\n'.repeat(95), 'b.txt': 'miss\n'.repeat(10) });
		const agent = await start([root], { ports: ports(withRipgrep) });
		const lines: number[] = [];
		let cursor: string | undefined;
		do {
			const page: Answer = await answer(agent, 'fs_search', {
				pattern: 'hit',
				limit: 30,
				...(cursor !== undefined && { cursor }),
			});
			expect(page).toMatchObject({ total: 95, isComplete: true });
			lines.push(...page.matches.map(({ line }) => line));
			cursor = page.nextCursor;
		} while (cursor !== undefined);
		expect(lines).toEqual(Array.from({ length: 95 }, (_, index) => index + 1));
	});

	it('leaves out hidden and ignored files unless asked', async () => {
		const root = folder({
			'.gitignore': 'ignored.txt\n',
			'ignored.txt': 'hit',
			'.hidden.txt': 'hit',
			'seen.txt': 'hit',
			'.git/x': 'hit',
		});
		const agent = await start([root], { ports: ports(withRipgrep) });
		expect(where(await answer(agent, 'fs_search', { pattern: 'hit' }))).toEqual(['seen.txt:1']);
		expect(where(await answer(agent, 'fs_search', { pattern: 'hit', hidden: true, gitignore: false }))).toEqual([
			'.hidden.txt:1',
			'ignored.txt:1',
			'seen.txt:1',
		]);
	});

	it('cuts what is around a match in a line of 5 MB', async () => {
		const root = folder();
		writeFileSync(
			join(root, 'long.txt'),
			`${withRipgrep ? 'a'.repeat(5_000_000) : ''}needle${'b'.repeat(5_000_000)}\n`,
		);
		const agent = await start([root], { ports: ports(withRipgrep) });
		const found: Answer = await answer(agent, 'fs_search', { pattern: 'needle' });
		expect(found.matches[0]?.text).toContain('needle');
		expect(found.matches[0]?.text.length).toBeLessThan(500);
	});

	it('refuses what is no expression, and is unharmed by one that looks like an option', async () => {
		const agent = await start([folder({ 'a.txt': '--files /etc\n' })], { ports: ports(withRipgrep) });
		expect(await agent.fault('fs_search', { pattern: '(' })).toMatchObject({
			kind: 'invalid_input',
			hint: expect.stringContaining('literal'),
		});
		expect(where(await answer(agent, 'fs_search', { pattern: '--files' }))).toEqual(['a.txt:1']);
	});

	it('takes names with every character', async () => {
		const name = "it's; $(x) — ü.txt";
		const agent = await start([folder({ [name]: 'hit' })], { ports: ports(withRipgrep) });
		expect(where(await answer(agent, 'fs_search', { pattern: 'hit' }))).toEqual([`${name}:1`]);
	});
});

it('ends a pattern that would never end', async () => {
	const agent = await start([folder({ 'a.txt': `${'a'.repeat(40)}!` })], { ports: ports(false) });
	const started = performance.now();
	expect(await agent.fault('fs_search', { pattern: '^(a+)+$' })).toMatchObject({ kind: 'timeout' });
	expect(performance.now() - started).toBeLessThan(4000);
	expect(await answer(agent, 'fs_search', { pattern: 'a' })).toMatchObject({ total: 1 });
});
