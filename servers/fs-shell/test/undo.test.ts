import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestAgent } from '@switchboard/kit/testing';
import { expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

/** Everything below a folder: names, modes and contents. */
function picture(root: string): Record<string, string> {
	const found: Record<string, string> = {};
	for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		const mode = (statSync(path).mode & 0o777).toString(8);
		found[path.slice(root.length)] = entry.isFile() ? `${mode} ${readFileSync(path, 'latin1')}` : mode;
	}
	return found;
}

async function undone(agent: TestAgent, name: string, args: Record<string, unknown>): Promise<void> {
	const { undoId } = await answer<{ undoId: string }>(agent, name, args);
	await answer(agent, 'fs_undo', { undoId });
}

const changes = [
	['an overwritten file', 'fs_write', { path: 'a.txt', text: 'other' }],
	['a created file', 'fs_write', { path: 'new.txt', text: 'new' }],
	['an appended line', 'fs_write', { path: 'a.txt', text: 'more\n', mode: 'append' }],
	['an edit', 'fs_edit', { path: 'a.txt', edits: [{ old: 'one', new: 'ONE' }] }],
	['a move', 'fs_move', { from: 'dir', to: 'moved' }],
	['a move over a file', 'fs_move', { from: 'a.txt', to: 'b.txt', overwrite: true }],
	['a copied file', 'fs_copy', { from: 'a.txt', to: 'copy.txt' }],
	['a copied folder', 'fs_copy', { from: 'dir', to: 'copy' }],
	['a copy over a file', 'fs_copy', { from: 'a.txt', to: 'b.txt', overwrite: true }],
	['made folders', 'fs_mkdir', { path: 'x/y/z' }],
	['a removed file', 'fs_remove', { paths: ['a.txt'] }],
	['removed folders', 'fs_remove', { paths: ['dir', 'b.txt'] }],
] as const;

const tree = { 'a.txt': 'one\ntwo\n', 'b.txt': 'b', 'dir/x/deep.txt': 'deep', 'dir/y.bin': Buffer.from([0, 255]) };

it.each(changes)('takes back %s', async (_, name, args) => {
	const root = folder(tree);
	const before = picture(root);
	const agent = await start([root]);
	await undone(agent, name, args);
	expect(picture(root)).toEqual(before);
	expect(await agent.fault('fs_undo')).toMatchObject({ kind: 'not_found' });
});

it('takes everything back also where its state is on another file system', async () => {
	const stateFolder = mkdtempSync('/dev/shm/fs-shell-');
	const root = folder(tree);
	expect(statSync(stateFolder).dev).not.toBe(statSync(root).dev);
	const before = picture(root);
	const agent = await start([root], { stateFolder });
	for (const [, name, args] of changes) await undone(agent, name, args);
	expect(picture(root)).toEqual(before);
	await agent.close();
	rmSync(stateFolder, { recursive: true });
});

it('takes changes back one after another, the last of the Session first', async () => {
	const root = folder({ 'a.txt': '0' });
	const agent = await start([root]);
	for (const text of ['1', '2', '3']) await answer(agent, 'fs_write', { path: 'a.txt', text });
	await answer(agent, 'fs_write', { path: 'a.txt', text: 'other session' }, { session: 'other' });
	expect(await agent.fault('fs_undo', {})).toMatchObject({ kind: 'conflict' });
	await answer(agent, 'fs_undo', {}, { session: 'other' });
	for (const text of ['2', '1', '0']) {
		await answer(agent, 'fs_undo', {});
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe(text);
	}
});

it('refuses where something later would be lost', async () => {
	const root = folder({ 'a.txt': 'one', 'gone.txt': 'x', 'log.txt': '1\n' });
	const agent = await start([root]);
	const write = await answer<{ undoId: string }>(agent, 'fs_write', { path: 'a.txt', text: 'two' });
	const remove = await answer<{ undoId: string }>(agent, 'fs_remove', { paths: ['gone.txt'] });
	const append = await answer<{ undoId: string }>(agent, 'fs_write', { path: 'log.txt', text: '2\n', mode: 'append' });
	const copy = await answer<{ undoId: string }>(agent, 'fs_copy', { from: 'a.txt', to: 'copy.txt' });
	for (const name of ['a.txt', 'gone.txt', 'copy.txt']) writeFileSync(join(root, name), 'mine');
	writeFileSync(join(root, 'log.txt'), '1\n2\n3\n');
	for (const { undoId } of [write, remove, append, copy]) {
		expect(await agent.fault('fs_undo', { undoId })).toMatchObject({ kind: 'conflict' });
	}
	expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('mine');
	expect(readFileSync(join(root, 'log.txt'), 'utf8')).toBe('1\n2\n3\n');
});

it('keeps a made folder that something was put into', async () => {
	const root = folder();
	const agent = await start([root]);
	const { undoId } = await answer<{ undoId: string }>(agent, 'fs_mkdir', { path: 'a/b' });
	writeFileSync(join(root, 'a/keep.txt'), 'keep');
	await answer(agent, 'fs_undo', { undoId });
	expect(picture(root)).toMatchObject({ '/a/keep.txt': '644 keep' });
});

it('remembers over a restart, and only for whoever made the change', async () => {
	const root = folder({ 'a.txt': 'one' });
	const stateFolder = folder();
	const first = await start([root], { stateFolder });
	const { undoId } = await answer<{ undoId: string }>(first, 'fs_remove', { paths: ['a.txt'] });
	await first.close();
	const second = await start([root], { stateFolder });
	expect(await second.fault('fs_undo', { undoId }, { principal: 'stranger' })).toMatchObject({ kind: 'not_found' });
	expect(await second.fault('fs_undo', { undoId }, { roots: [folder()] })).toMatchObject({ kind: 'denied' });
	expect(await second.prepare('fs_undo', { undoId })).toMatchObject({
		effect: 'write',
		targets: [{ kind: 'path', value: join(root, 'a.txt') }],
	});
	await answer(second, 'fs_undo', { undoId });
	expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one');
	expect(await second.fault('fs_undo', { undoId })).toMatchObject({ kind: 'not_found' });
});

it('forgets what is too old or too much, oldest first, and refuses to keep what is more than its limit', async () => {
	const root = folder({
		'a.bin': Buffer.alloc(600_000),
		'b.bin': Buffer.alloc(600_000),
		'huge.bin': Buffer.alloc(2_000_000),
	});
	const stateFolder = folder();
	const config = { undoMegabytes: 1, undoDays: 1 };
	const agent = await start([root], { stateFolder, config });
	expect(await agent.fault('fs_remove', { paths: ['huge.bin'] })).toMatchObject({
		kind: 'too_large',
		hint: expect.stringContaining('forever'),
	});
	const a = await answer<{ undoId: string }>(agent, 'fs_remove', { paths: ['a.bin'] });
	const b = await answer<{ undoId: string }>(agent, 'fs_remove', { paths: ['b.bin'] });
	await expect.poll(() => readdirSync(join(stateFolder, 'undo'))).toEqual([b.undoId]);
	expect(await agent.fault('fs_undo', { undoId: a.undoId })).toMatchObject({ kind: 'not_found' });
	await agent.close();
	const db = new DatabaseSync(join(stateFolder, 'undo.db'));
	db.exec('UPDATE changes SET at = at - 2 * 86400000');
	db.close();
	const later = await start([root], { stateFolder, config });
	await answer(later, 'fs_mkdir', { path: 'x' });
	await expect.poll(() => readdirSync(join(stateFolder, 'undo'))).toEqual([]);
});

it('clears away what a killed process left half written', async () => {
	const root = folder({ 'a.txt': 'one' });
	const stateFolder = folder();
	const first = await start([root], { stateFolder });
	await answer(first, 'fs_mkdir', { path: 'x' });
	await first.close();
	const left = join(root, `.switchboard-${'0'.repeat(32)}.tmp`);
	mkdirSync(left);
	writeFileSync(join(left, 'half'), 'half');
	const db = new DatabaseSync(join(stateFolder, 'undo.db'));
	const insert = db.prepare('INSERT INTO staged (path, pid) VALUES (?, ?)');
	insert.run(left, 2 ** 22 + 1);
	insert.run(join(root, 'a.txt'), 2 ** 22 + 1);
	db.close();
	const second = await start([root], { stateFolder });
	await answer(second, 'fs_mkdir', { path: 'y' });
	await expect.poll(() => readdirSync(root).sort()).toEqual(['a.txt', 'x', 'y']);
});
