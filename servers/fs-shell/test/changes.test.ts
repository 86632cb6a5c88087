import {
	chmodSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

const text = (...path: string[]): string => readFileSync(join(...path), 'utf8');

describe('fs_write', () => {
	it('creates, replaces and appends, and leaves nothing else behind', async () => {
		const root = folder();
		const agent = await start([root]);
		expect(await answer(agent, 'fs_write', { path: 'a.txt', text: 'one\n', mode: 'create' })).toMatchObject({
			created: true,
			size: 4,
		});
		expect(await agent.fault('fs_write', { path: 'a.txt', text: 'x', mode: 'create' })).toMatchObject({
			kind: 'conflict',
		});
		expect(await answer(agent, 'fs_write', { path: 'a.txt', text: 'two\n' })).toMatchObject({ created: false });
		await answer(agent, 'fs_write', { path: 'a.txt', text: 'three\n', mode: 'append' });
		expect(text(root, 'a.txt')).toBe('two\nthree\n');
		expect(readdirSync(root)).toEqual(['a.txt']);
	});

	it('appends as the file is written', async () => {
		const root = folder({
			'l1.txt': Buffer.from('caf\xe9\r\n', 'latin1'),
			'u16.txt': Buffer.from('\ufeffab\n', 'utf16le'),
		});
		const agent = await start([root]);
		await answer(agent, 'fs_write', { path: 'l1.txt', text: 'thé\n', mode: 'append' });
		expect(readFileSync(join(root, 'l1.txt'), 'latin1')).toBe('caf\xe9\r\nth\xe9\r\n');
		await answer(agent, 'fs_write', { path: 'u16.txt', text: 'é', mode: 'append' });
		expect(readFileSync(join(root, 'u16.txt'), 'utf16le')).toBe('\ufeffab\né');
		expect(await agent.fault('fs_write', { path: 'l1.txt', text: '日', mode: 'append' })).toMatchObject({
			kind: 'invalid_input',
		});
	});

	it('writes in the encoding that is asked for', async () => {
		const root = folder();
		const agent = await start([root]);
		await answer(agent, 'fs_write', { path: 'a.txt', text: 'é€', encoding: 'windows-1252' });
		expect(readFileSync(join(root, 'a.txt')).equals(iconv.encode('é€', 'windows-1252'))).toBe(true);
		expect(await agent.fault('fs_write', { path: 'b.txt', text: '€', encoding: 'iso-8859-1' })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(existsSync(join(root, 'b.txt'))).toBe(false);
	});

	it('keeps the mode of what it replaces and follows a link to a file inside', async () => {
		const root = folder({ 'run.sh': 'old', 'sub/x': '' });
		chmodSync(join(root, 'run.sh'), 0o755);
		symlinkSync('../run.sh', join(root, 'sub/link'));
		const agent = await start([root]);
		expect(await answer(agent, 'fs_write', { path: 'sub/link', text: 'new' })).toMatchObject({
			path: join(root, 'run.sh'),
		});
		expect(statSync(join(root, 'run.sh')).mode & 0o777).toBe(0o755);
		expect(readlinkSync(join(root, 'sub/link'))).toBe('../run.sh');
	});

	it('says what is missing, wrong or not as expected, and changes nothing', async () => {
		const root = folder({ 'a.txt': 'a', 'ro.txt': 'ro' });
		chmodSync(join(root, 'ro.txt'), 0o444);
		const agent = await start([root]);
		expect(await agent.fault('fs_write', { path: 'no/such/a.txt', text: '' })).toMatchObject({
			kind: 'not_found',
			hint: expect.stringContaining('fs_mkdir'),
		});
		expect(await agent.fault('fs_write', { path: '.', text: '' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_write', { path: 'a.txt/b', text: '' })).toMatchObject({ kind: 'not_found' });
		expect(await agent.fault('fs_write', { path: 'a.txt' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_write', { path: 'ro.txt', text: 'x' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_write', { path: 'a.txt', text: 'x', expectedSha256: 'f'.repeat(64) })).toMatchObject({
			kind: 'conflict',
		});
		expect(text(root, 'a.txt')).toBe('a');
		expect(readdirSync(root)).toEqual(['a.txt', 'ro.txt']);
	});

	it('takes any name the file system takes', async () => {
		const root = folder();
		const agent = await start([root]);
		const names = ['-rf', 'CON', 'café.txt', 'cafe\u0301.txt', '日本 語.txt', "it's; $(rm x)", 'a\nb'];
		for (const path of names) await answer(agent, 'fs_write', { path, text: path });
		expect(readdirSync(root).sort()).toEqual([...names].sort());
		for (const path of names) expect(await answer(agent, 'fs_read', { path })).toMatchObject({ text: path });
	});
});

describe('fs_move and fs_copy', () => {
	it('move files and folders, and write over nothing unasked', async () => {
		const root = folder({ 'a.txt': 'a', 'b.txt': 'b', 'dir/x.txt': 'x' });
		const agent = await start([root]);
		expect(await agent.fault('fs_move', { from: 'a.txt', to: 'b.txt' })).toMatchObject({ kind: 'conflict' });
		expect(await agent.fault('fs_move', { from: 'a.txt', to: 'dir' })).toMatchObject({
			kind: 'conflict',
			hint: expect.stringContaining('last name'),
		});
		expect(await agent.fault('fs_move', { from: 'dir', to: 'dir/sub' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_move', { from: '.', to: 'x' })).toMatchObject({ kind: 'denied' });
		await answer(agent, 'fs_move', { from: 'dir', to: 'folder' });
		expect(await answer(agent, 'fs_move', { from: 'a.txt', to: 'b.txt', overwrite: true })).toMatchObject({
			overwrote: true,
		});
		expect(text(root, 'b.txt')).toBe('a');
		expect(text(root, 'folder/x.txt')).toBe('x');
	});

	it('copy folders with modes and links as they are', async () => {
		const root = folder({ 'dir/run.sh': 'x', 'dir/deep/y.txt': 'y' });
		chmodSync(join(root, 'dir/run.sh'), 0o755);
		symlinkSync('../elsewhere', join(root, 'dir/link'));
		const agent = await start([root]);
		await answer(agent, 'fs_copy', { from: 'dir', to: 'copy' });
		expect(statSync(join(root, 'copy/run.sh')).mode & 0o777).toBe(0o755);
		expect(readlinkSync(join(root, 'copy/link'))).toBe('../elsewhere');
		expect(text(root, 'copy/deep/y.txt')).toBe('y');
		expect(await agent.fault('fs_copy', { from: 'dir', to: 'dir/inside' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_copy', { from: 'dir', to: 'copy' })).toMatchObject({ kind: 'conflict' });
	});

	it('work between the roots of a Session', async () => {
		const [here, there] = [folder({ 'dir/a.txt': 'a' }), folder()];
		const agent = await start([here, there]);
		await answer(agent, 'fs_move', { from: 'dir', to: join(there, 'dir') });
		await answer(agent, 'fs_copy', { from: join(there, 'dir'), to: 'back' });
		expect(text(there, 'dir/a.txt')).toBe('a');
		expect(text(here, 'back/a.txt')).toBe('a');
	});
});

describe('fs_remove', () => {
	it('moves to the trash all of what is named or none of it', async () => {
		const root = folder({ 'a.txt': 'a', 'dir/x.txt': 'x', 'keep.txt': 'k' });
		const agent = await start([root]);
		expect(await agent.fault('fs_remove', { paths: ['a.txt', 'gone'] })).toMatchObject({ kind: 'not_found' });
		expect(existsSync(join(root, 'a.txt'))).toBe(true);
		await answer(agent, 'fs_remove', { paths: ['a.txt', 'dir', 'dir/x.txt'] });
		expect(readdirSync(root)).toEqual(['keep.txt']);
	});

	it('is a write where it can be undone, and the end of it where forever', async () => {
		const root = folder({ 'a.txt': 'abc', 'dir/x.txt': 'x' });
		const agent = await start([root]);
		expect(await agent.prepare('fs_remove', { paths: ['a.txt'] })).toMatchObject({ effect: 'write', reversible: true });
		const prepared = await agent.prepare('fs_remove', { paths: ['dir', 'a.txt'], forever: true });
		expect(prepared).toMatchObject({
			effect: 'destroy',
			targets: [
				{ kind: 'path', value: join(root, 'dir') },
				{ kind: 'path', value: join(root, 'a.txt') },
			],
		});
		expect(prepared.preview).toContain('with 1 entries');
		expect(readdirSync(root)).toHaveLength(2);
		const result = await agent.call('fs_remove', { paths: ['dir', 'a.txt'], forever: true });
		expect(textOf(result)).toContain('forever');
		expect(readdirSync(root)).toEqual([]);
		expect(await agent.fault('fs_undo')).toMatchObject({ kind: 'not_found' });
	});

	it('does nothing when what it was asked about has changed', async () => {
		const root = folder({ 'dir/x.txt': 'x' });
		const agent = await start([root]);
		const { digest } = await agent.prepare('fs_remove', { paths: ['dir'], forever: true });
		writeFileSync(join(root, 'dir/new.txt'), 'precious');
		expect(await agent.fault('fs_remove', { paths: ['dir'], forever: true }, { digest })).toMatchObject({
			kind: 'conflict',
		});
		expect(text(root, 'dir/new.txt')).toBe('precious');
	});

	it('never removes a root, or a folder that holds one', async () => {
		const base = folder({ 'in/a.txt': 'a' });
		const agent = await start([join(base, 'in'), base]);
		for (const paths of [['.'], [base], [join(base, 'in')]]) {
			expect(await agent.fault('fs_remove', { paths })).toMatchObject({ kind: 'denied' });
		}
	});
});

describe('fs_mkdir', () => {
	it('makes what is missing and leaves what is there', async () => {
		const root = folder({ 'file.txt': '' });
		const agent = await start([root]);
		expect(await answer(agent, 'fs_mkdir', { path: 'a/b/c' })).toMatchObject({
			made: [join(root, 'a'), join(root, 'a/b'), join(root, 'a/b/c')],
		});
		expect(await answer(agent, 'fs_mkdir', { path: 'a/b' })).toEqual({ path: join(root, 'a/b'), made: [] });
		expect(await answer(agent, 'fs_mkdir', { path: '.' })).toMatchObject({ made: [] });
		expect(await agent.fault('fs_mkdir', { path: 'file.txt' })).toMatchObject({ kind: 'conflict' });
		expect(await agent.fault('fs_mkdir', { path: 'file.txt/x' })).toMatchObject({ kind: 'not_found' });
		expect(lstatSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
	});
});
