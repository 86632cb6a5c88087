import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

interface Page {
	readonly entries: readonly {
		readonly path: string;
		readonly type: string;
		readonly size: number;
		readonly target?: string;
	}[];
	readonly nextCursor?: string;
}

const paths = ({ entries }: Page): string[] => entries.map(({ path }) => path);

describe('fs_list', () => {
	it('lists a folder with types, sizes and where links point', async () => {
		const root = folder({ 'b.txt': 'four', 'dir/x.txt': '' });
		symlinkSync('dir/x.txt', join(root, 'a-link'));
		const agent = await start([root]);
		const page: Page = await answer(agent, 'fs_list', {});
		expect(page.entries).toMatchObject([
			{ path: 'a-link', type: 'link', target: 'dir/x.txt' },
			{ path: 'b.txt', type: 'file', size: 4 },
			{ path: 'dir', type: 'folder' },
		]);
	});

	it('goes down as deep as asked, a folder before what it holds, and never into .git', async () => {
		const root = folder({ 'a/b/c/d.txt': '', 'a-b.txt': '', '.git/HEAD': '', 'a/z.txt': '' });
		const agent = await start([root]);
		expect(paths(await answer(agent, 'fs_list', { depth: 2 }))).toEqual(['.git', 'a', 'a/b', 'a/z.txt', 'a-b.txt']);
		expect(paths(await answer(agent, 'fs_list', { depth: 20, hidden: false, glob: '*.txt' }))).toEqual([
			'a/b/c/d.txt',
			'a/z.txt',
			'a-b.txt',
		]);
		expect(paths(await answer(agent, 'fs_list', { path: '.git' }))).toEqual(['.git/HEAD']);
	});

	it('pages through 3,000 entries without losing or repeating one', async () => {
		const root = folder();
		for (let index = 0; index < 3000; index++) writeFileSync(join(root, `file-${index}.txt`), '');
		const agent = await start([root]);
		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page: Page = await answer(agent, 'fs_list', { limit: 1000, ...(cursor !== undefined && { cursor }) });
			seen.push(...paths(page));
			cursor = page.nextCursor;
		} while (cursor !== undefined);
		expect(seen).toHaveLength(3000);
		expect(new Set(seen).size).toBe(3000);
		expect(seen).toEqual([...seen].sort());
	});

	it('sorts by size and by age over pages', async () => {
		const root = folder({ 'small.txt': 'a', 'large.txt': 'aaaa', 'middle.txt': 'aa' });
		for (const [index, name] of ['large.txt', 'small.txt', 'middle.txt'].entries()) {
			utimesSync(join(root, name), 1000 + index, 1000 + index);
		}
		const agent = await start([root]);
		const first: Page = await answer(agent, 'fs_list', { sort: 'size', limit: 2 });
		expect(paths(first)).toEqual(['large.txt', 'middle.txt']);
		expect(paths(await answer(agent, 'fs_list', { sort: 'size', limit: 2, cursor: first.nextCursor }))).toEqual([
			'small.txt',
		]);
		expect(paths(await answer(agent, 'fs_list', { sort: 'modified' }))).toEqual([
			'middle.txt',
			'small.txt',
			'large.txt',
		]);
	});

	it('says what is wrong with a file, a path and a cursor', async () => {
		const agent = await start([folder({ 'a.txt': '' })]);
		expect(await agent.fault('fs_list', { path: 'a.txt' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_list', { path: 'gone' })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('fs_list', { cursor: 'rubbish' })).toMatchObject({ kind: 'invalid_input' });
		expect(textOf(await agent.call('fs_list', { glob: '*.nothing' }))).toBe('(nothing)');
	});
});

describe('fs_find', () => {
	it('finds by name, path, type, size and age', async () => {
		const root = folder({ 'a.pdf': 'x', 'docs/b.pdf': 'xxxx', 'docs/notes.md': '', 'docs/deep/c.PDF': '' });
		utimesSync(join(root, 'a.pdf'), 1, 1);
		const agent = await start([root]);
		const find = async (args: Record<string, unknown>): Promise<string[]> =>
			paths(await answer(agent, 'fs_find', args));
		expect(await find({ glob: '*.pdf' })).toEqual(['a.pdf', 'docs/b.pdf']);
		expect(await find({ glob: '**/*.{PDF,md}' })).toEqual(['docs/deep/c.PDF', 'docs/notes.md']);
		expect(await find({ glob: 'docs/*' })).toEqual(['docs/b.pdf', 'docs/deep', 'docs/notes.md']);
		expect(await find({ type: 'folder' })).toEqual(['docs', 'docs/deep']);
		expect(await find({ type: 'file', minSize: 2 })).toEqual(['docs/b.pdf']);
		expect(await find({ modifiedBefore: '2000-01-01' })).toEqual(['a.pdf']);
		expect(await find({ path: 'docs', glob: '*.md' })).toEqual(['docs/notes.md']);
		expect(await agent.fault('fs_find', { modifiedAfter: 'yesterday-ish' })).toMatchObject({ kind: 'invalid_input' });
	});

	it('leaves out what ignore files name, as git does, unless asked', async () => {
		const root = folder({
			'.gitignore': 'build/\n*.log\n!keep.log\n/only-here.txt\n',
			'build/out.js': '',
			'a.log': '',
			'keep.log': '',
			'only-here.txt': '',
			'sub/only-here.txt': '',
			'sub/.gitignore': '*.tmp\n!a.log\n',
			'sub/x.tmp': '',
			'sub/a.log': '',
		});
		const agent = await start([root]);
		const find = async (args: Record<string, unknown>): Promise<string[]> =>
			paths(await answer(agent, 'fs_find', { type: 'file', ...args }));
		expect(await find({})).toEqual(['keep.log', 'sub/a.log', 'sub/only-here.txt']);
		expect(await find({ path: 'sub' })).toEqual(['sub/a.log', 'sub/only-here.txt']);
		expect(await find({ gitignore: false })).toHaveLength(7);
	});

	it('gives absolute paths for what is not in the first root', async () => {
		const [one, two] = [folder(), folder({ 'x.txt': '' })];
		const agent = await start([one, two]);
		expect(paths(await answer(agent, 'fs_find', { path: two }))).toEqual([join(two, 'x.txt')]);
	});

	it('walks every folder there is, and stops when cancelled', async () => {
		const root = folder();
		for (let index = 0; index < 200; index++) {
			mkdirSync(join(root, `d${index % 5}`, `e${index}`), { recursive: true });
			for (let file = 0; file < 10; file++) writeFileSync(join(root, `d${index % 5}`, `e${index}`, `f${file}.txt`), '');
		}
		const agent = await start([root]);
		expect((await answer<Page>(agent, 'fs_find', { glob: 'f7.txt', limit: 1000 })).entries).toHaveLength(200);
		const cancel = new AbortController();
		const call = agent.client.callTool({ name: 'fs_find', arguments: { glob: '*' } }, { signal: cancel.signal });
		cancel.abort();
		await expect(call).rejects.toThrow();
	});
});
