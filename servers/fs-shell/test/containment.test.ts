import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

/** A root beside a folder that must stay out of reach. */
function territory() {
	const base = folder({ 'outside/secret.txt': 'SECRET', 'in_evil/secret.txt': 'SECRET', 'in/dir/file.txt': 'hello' });
	return { base, root: join(base, 'in'), outside: join(base, 'outside') };
}

describe('paths', () => {
	it.each([
		['a prefix that is not a folder', '../in_evil/secret.txt'],
		['dots through a folder', 'dir/../../outside/secret.txt'],
		['dots through a folder that is not there', 'nope/../../outside/secret.txt'],
		['an absolute path', '/etc/passwd'],
		['the kernel', '/proc/self/environ'],
		['a descriptor', '/dev/fd/0'],
		['the home folder', '~/.bashrc'],
		['the root folder', '/'],
	])('refuses %s and says nothing of what is there', async (_, path) => {
		const { root } = territory();
		const agent = await start([root]);
		const fault = await agent.fault('fs_read', { path });
		expect(fault).toMatchObject({ kind: 'denied', hint: expect.stringContaining('fs_roots') });
		expect(await agent.fault('fs_write', { path, text: 'x' })).toMatchObject({ kind: 'denied' });
	});

	it.each([
		'%2e%2e/outside/secret.txt',
		'..%2foutside',
		'．．/outside/secret.txt',
		'~root/.bashrc',
		'$HOME/.bashrc',
		'..\\outside\\x',
	])('takes %s as the name it is', async (path) => {
		const { root } = territory();
		const agent = await start([root]);
		expect(await agent.fault('fs_read', { path })).toMatchObject({ kind: 'not_found' });
	});

	it('refuses NUL and endless names before any look at the disk', async () => {
		const { root } = territory();
		const agent = await start([root]);
		expect(await agent.fault('fs_read', { path: 'dir/file.txt\0.png' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_read', { path: 'a/'.repeat(3000) })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_write', { path: 'n'.repeat(300), text: '' })).toMatchObject({ kind: 'invalid_input' });
	});

	it('goes by the real path of a root that is itself a link', async () => {
		const { base, root } = territory();
		symlinkSync(root, join(base, 'link'));
		const agent = await start([join(base, 'link')]);
		expect(await answer(agent, 'fs_read', { path: 'dir/file.txt' })).toMatchObject({ text: 'hello' });
		expect(await answer(agent, 'fs_read', { path: join(base, 'link/dir/file.txt') })).toMatchObject({ text: 'hello' });
	});

	it('takes a tilde for the home folder where that is a root', async () => {
		const agent = await start([homedir()]);
		expect(await answer(agent, 'fs_list', { path: '~', limit: 1 })).toMatchObject({ folder: homedir() });
	});

	it('says how to give a folder where none was given', async () => {
		const agent = await start([]);
		const fault = await agent.fault('fs_list');
		expect(fault).toMatchObject({ kind: 'denied', hint: expect.stringContaining('switchboard-fs-shell ./folder') });
		expect(await agent.fault('fs_list', {}, { roots: ['/nowhere/at/all'] })).toMatchObject({ kind: 'not_found' });
	});

	it('works in the folders of the Session rather than those it was started with', async () => {
		const mine = folder({ 'a.txt': 'mine' });
		const other = folder({ 'a.txt': 'other' });
		const agent = await start([], { config: { roots: [mine] } });
		expect(await answer(agent, 'fs_read', { path: 'a.txt' })).toMatchObject({ text: 'mine' });
		expect(await answer(agent, 'fs_read', { path: 'a.txt' }, { roots: [other] })).toMatchObject({ text: 'other' });
		expect(await agent.fault('fs_read', { path: join(mine, 'a.txt') }, { roots: [other] })).toMatchObject({
			kind: 'denied',
		});
	});
});

describe('links', () => {
	it('judges a link by where it leads', async () => {
		const { root, outside } = territory();
		symlinkSync('../outside/secret.txt', join(root, 'file'));
		symlinkSync(outside, join(root, 'folder'));
		symlinkSync('again', join(root, 'chain'));
		symlinkSync(join(outside, 'secret.txt'), join(root, 'again'));
		symlinkSync('/proc/self/root', join(root, 'proc'));
		symlinkSync('dir/file.txt', join(root, 'inner'));
		const agent = await start([root]);
		for (const path of ['file', 'folder/secret.txt', 'chain', `proc${outside}/secret.txt`]) {
			expect(await agent.fault('fs_read', { path }), path).toMatchObject({ kind: 'denied' });
		}
		for (const path of ['folder/new.txt', 'file']) {
			expect(await agent.fault('fs_write', { path, text: 'x' }), path).toMatchObject({ kind: 'denied' });
		}
		expect(await agent.fault('fs_edit', { path: 'file', edits: [{ old: 'SECRET', new: 'x' }] })).toMatchObject({
			kind: 'denied',
		});
		expect(await agent.fault('fs_list', { path: 'folder' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_mkdir', { path: 'folder/new' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_move', { from: 'dir', to: 'folder/dir' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_move', { from: 'folder/secret.txt', to: 'got.txt' })).toMatchObject({
			kind: 'denied',
		});
		expect(await agent.fault('fs_copy', { from: 'file', to: 'got.txt' })).toMatchObject({ kind: 'denied' });
		expect(await answer(agent, 'fs_read', { path: 'inner' })).toMatchObject({ text: 'hello' });
		expect(readdirSync(outside)).toEqual(['secret.txt']);
	});

	it('writes nothing through a link to nothing, wherever it points', async () => {
		const { root, outside } = territory();
		symlinkSync('../outside/new.txt', join(root, 'dangling'));
		symlinkSync('also-new.txt', join(root, 'inner'));
		const agent = await start([root]);
		for (const path of ['dangling', 'inner']) {
			expect(await agent.fault('fs_write', { path, text: 'x' })).toMatchObject({ kind: 'denied' });
			expect(await agent.fault('fs_mkdir', { path: `${path}/x` })).toMatchObject({ kind: 'denied' });
		}
		expect(existsSync(join(outside, 'new.txt'))).toBe(false);
		expect(existsSync(join(root, 'also-new.txt'))).toBe(false);
	});

	it('ends a circle of links at once', async () => {
		const { root } = territory();
		symlinkSync('b', join(root, 'a'));
		symlinkSync('a', join(root, 'b'));
		const agent = await start([root]);
		expect(await agent.fault('fs_read', { path: 'a' })).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('fs_write', { path: 'a/x', text: '' })).toMatchObject({ kind: 'invalid_input' });
	});

	it('describes, moves and removes a link itself, never what it leads to', async () => {
		const { root, outside } = territory();
		symlinkSync('../outside/secret.txt', join(root, 'link'));
		const agent = await start([root]);
		const described = await answer<{ entries: { type: string; size: number }[] }>(agent, 'fs_stat', {
			paths: ['link'],
		});
		expect(described.entries[0]).toMatchObject({ type: 'link', target: '../outside/secret.txt' });
		await answer(agent, 'fs_move', { from: 'link', to: 'moved' });
		await answer(agent, 'fs_remove', { paths: ['moved'] });
		expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('SECRET');
	});

	it('shows no entry from outside in a list, a search by name or a search by content', async () => {
		const { root, outside } = territory();
		symlinkSync(outside, join(root, 'away'));
		symlinkSync('/proc/self/root', join(root, 'proc'));
		symlinkSync('.', join(root, 'loop'));
		const agent = await start([root]);
		for (const [name, args] of [
			['fs_list', { depth: 20 }],
			['fs_find', { glob: '*secret*' }],
			['fs_search', { pattern: 'SECRET' }],
		] as const) {
			expect(textOf(await agent.call(name, args))).not.toContain('secret.txt');
		}
	});
});

describe('what only looks like a file', () => {
	it('refuses pipes, devices and sockets without opening them', async () => {
		const { root } = territory();
		execFileSync('mkfifo', [join(root, 'fifo')]);
		symlinkSync('/dev/zero', join(root, 'zero'));
		const isRoot = process.getuid?.() === 0;
		if (isRoot) execFileSync('mknod', [join(root, 'device'), 'c', '1', '5']);
		const server = createServer().listen(join(root, 'socket'));
		const agent = await start([root]);
		for (const path of ['fifo', 'socket', ...(isRoot ? ['device'] : [])]) {
			expect(await agent.fault('fs_read', { path }), path).toMatchObject({ kind: 'unsupported' });
			expect(await agent.fault('fs_write', { path, text: 'x' }), path).toMatchObject({ kind: 'unsupported' });
			expect(await agent.fault('fs_search', { path, pattern: 'x' }), path).toMatchObject({ kind: 'unsupported' });
		}
		expect(await agent.fault('fs_read', { path: 'zero' })).toMatchObject({ kind: 'denied' });
		expect(await answer(agent, 'fs_search', { pattern: 'hello' })).toMatchObject({ total: 1 });
		server.close();
	});

	it('replaces a file that has another name outside, and leaves that one as it was', async () => {
		const { root, outside } = territory();
		linkSync(join(outside, 'secret.txt'), join(root, 'hard'));
		const agent = await start([root]);
		await answer(agent, 'fs_write', { path: 'hard', text: 'more', mode: 'append' });
		await answer(agent, 'fs_edit', { path: 'hard', edits: [{ old: 'SECRET', new: 'public' }] });
		expect(readFileSync(join(root, 'hard'), 'utf8')).toBe('publicmore');
		expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('SECRET');
	});
});

describe('what is protected', () => {
	it.each([
		'.git/hooks/pre-commit',
		'.git/config',
		'.GIT/config',
		'deep/.git/config',
		'.mcp.json',
		'.vscode/tasks.json',
		'.switchboard/mcp.json',
		'.env',
		'.env.local',
		'.ssh/authorized_keys',
		'.bashrc',
	])('writes nothing to %s', async (path) => {
		const { root } = territory();
		for (const name of ['.git/hooks', '.GIT', 'deep/.git', '.vscode', '.switchboard', '.ssh']) {
			mkdirSync(join(root, name), { recursive: true });
		}
		const agent = await start([root]);
		expect(await agent.fault('fs_write', { path, text: 'x' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_move', { from: 'dir/file.txt', to: path })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_copy', { from: 'dir/file.txt', to: path })).toMatchObject({ kind: 'denied' });
		expect(existsSync(join(root, 'dir/file.txt'))).toBe(true);
	});

	it('keeps the content of secret files from readers, searchers and their counts, unless the owner says so', async () => {
		const root = folder({
			'.env': 'API_KEY=hush',
			'.ssh/id_ed25519': 'hush',
			'.env.example': 'API_KEY=',
			'a.txt': 'hush',
		});
		const agent = await start([root]);
		expect(await agent.fault('fs_read', { path: '.env' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_read', { path: '.ssh/id_ed25519' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_copy', { from: '.env', to: 'copy.txt' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_stat', { paths: ['.env'], sha256: true })).toMatchObject({ kind: 'denied' });
		expect(await answer(agent, 'fs_search', { pattern: 'hush', hidden: true })).toMatchObject({ total: 1 });
		expect(await answer(agent, 'fs_read', { path: '.env.example' })).toMatchObject({ text: 'API_KEY=' });
		const trusting = await start([root], { config: { readSecrets: true } });
		expect(await answer(trusting, 'fs_read', { path: '.env' })).toMatchObject({ text: 'API_KEY=hush' });
	});

	it('keeps its own state and scripts out of reach although they lie in a root', async () => {
		const base = folder({ 'state/scripts/x.sh': '#!/bin/sh', 'scripts/y.sh': '#!/bin/sh', 'a.txt': 'a' });
		const agent = await start([base], { stateFolder: join(base, 'state'), config: { scripts: join(base, 'scripts') } });
		expect(await agent.fault('fs_list', { path: 'state' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_read', { path: 'state/scripts/x.sh' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_write', { path: 'scripts/y.sh', text: 'x' })).toMatchObject({ kind: 'denied' });
		expect(await agent.fault('fs_move', { from: 'scripts', to: 'other' })).toMatchObject({ kind: 'denied' });
		const list = await answer<{ entries: { path: string }[] }>(agent, 'fs_list', { depth: 5 });
		expect(list.entries.map(({ path }) => path)).toEqual(['a.txt', 'scripts', 'scripts/y.sh']);
		expect(await answer(agent, 'fs_search', { pattern: 'bin/sh', path: '.' })).toMatchObject({ total: 1 });
	});

	it('changes nothing where the owner said read-only', async () => {
		const { root } = territory();
		const agent = await start([root], { config: { readOnly: true } });
		for (const [name, args] of [
			['fs_write', { path: 'x', text: '' }],
			['fs_edit', { path: 'dir/file.txt', edits: [{ old: 'hello', new: 'x' }] }],
			['fs_mkdir', { path: 'x' }],
			['fs_move', { from: 'dir', to: 'x' }],
			['fs_copy', { from: 'dir', to: 'x' }],
			['fs_remove', { paths: ['dir'] }],
		] as const) {
			expect(await agent.fault(name, args), name).toMatchObject({ kind: 'denied' });
		}
		expect(await answer(agent, 'fs_roots', {})).toMatchObject({ roots: [{ path: root, access: 'read-only' }] });
	});

	it('shows what hides in a name, and keeps the name itself', async () => {
		const { root } = territory();
		const agent = await start([root]);
		const name = '\u202egpj.exe';
		const result = await agent.call('fs_write', { path: name, text: 'x' });
		expect(textOf(result)).toContain('\\u{202e}gpj.exe');
		expect(lstatSync(join(root, name)).isFile()).toBe(true);
	});
});
