import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { afterEach, expect, it } from 'vitest';
import { folder, start } from './support.ts';

const swappers: ChildProcess[] = [];

afterEach(() => {
	for (const swapper of swappers.splice(0)) swapper.kill('SIGKILL');
});

/** A process that swaps `name` between what it is and a link to outside, as fast as it can. */
function swap(root: string, name: string, outside: string): void {
	const program = `
		const { renameSync, symlinkSync, rmSync } = require('node:fs');
		const [name, outside] = process.argv.slice(1);
		symlinkSync(outside, name + '.link');
		for (;;) {
			try { renameSync(name, name + '.real'); renameSync(name + '.link', name); } catch {}
			try { renameSync(name, name + '.link'); renameSync(name + '.real', name); } catch {}
		}
	`;
	swappers.push(spawn(process.execPath, ['-e', program, join(root, name), outside], { stdio: 'ignore' }));
}

it.each([
	['read', 'fs_read', { path: 'dir/file.txt' }, 60],
	['listed', 'fs_list', { path: 'dir', depth: 3 }, 60],
	['searched', 'fs_search', { pattern: '[A-Z]+' }, 15],
	['copied', 'fs_copy', { from: 'dir', to: 'copy', overwrite: true }, 40],
] as const)('lets nothing in while a folder that is %s is swapped for a link', async (_, name, args, rounds) => {
	const base = folder({
		'in/dir/file.txt': 'PUBLIC',
		'outside/file.txt': 'SECRET',
		'outside/only-outside.txt': 'SECRET',
	});
	const root = join(base, 'in');
	swap(root, 'dir', join(base, 'outside'));
	const agent = await start([root]);
	let answered = 0;
	for (let round = 0; round < rounds; round++) {
		const result = await agent.call(name, args);
		const text = textOf(result);
		expect(text).not.toMatch(/SECRET|only-outside/);
		if (!result.isError) answered += 1;
		if (name === 'fs_copy' && !result.isError) {
			for (const file of readdirSync(join(root, 'copy')))
				expect(readFileSync(join(root, 'copy', file), 'utf8')).toBe('PUBLIC');
			await agent.call('fs_remove', { paths: ['copy'], forever: true });
		}
	}
	expect(answered).toBeGreaterThan(0);
});

it('reads no byte from outside while a file is swapped for a link', async () => {
	const base = folder({ 'in/file.txt': 'PUBLIC', 'outside.txt': 'SECRET' });
	swap(join(base, 'in'), 'file.txt', join(base, 'outside.txt'));
	const agent = await start([join(base, 'in')]);
	for (let round = 0; round < 100; round++) {
		expect(textOf(await agent.call('fs_read', { path: 'file.txt' }))).not.toContain('SECRET');
	}
});

it('writes nothing outside while the folder is swapped for a link', async () => {
	const base = folder({ 'in/dir/x.txt': 'x', 'outside/keep.txt': 'keep' });
	const root = join(base, 'in');
	swap(root, 'dir', join(base, 'outside'));
	const agent = await start([root]);
	for (let round = 0; round < 30; round++) {
		await agent.call('fs_write', { path: 'dir/out.txt', text: 'x' });
		await agent.call('fs_mkdir', { path: `dir/made${round}` });
		await agent.call('fs_remove', { paths: ['dir/keep.txt'] });
	}
	expect(readdirSync(join(base, 'outside'))).toEqual(['keep.txt']);
});
