import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

describe('bytes outside the place', () => {
	it.each([
		['Latin-1', Buffer.from('pr\xe9\xe9 plain caf\xe9 \xff\n', 'latin1'), 'plain', 'changed'],
		['CRLF', Buffer.from('one\r\ntwo\r\nthree\r\n'), 'two', 'TWO'],
		['a mark', Buffer.from('\ufeffhello\n'), 'hello', 'HELLO'],
		[
			'UTF-16',
			Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode('eins\r\nzwei\r\n', 'utf-16le')]),
			'zwei',
			'drei',
		],
		['UTF-32', Buffer.concat([Buffer.from([0, 0, 0xfe, 0xff]), iconv.encode('eins zwei', 'utf-32be')]), 'zwei', 'drei'],
		[
			'invalid UTF-8 far behind',
			Buffer.concat([Buffer.from(`old ${'x'.repeat(70_000)}`), Buffer.from([0xe9, 0xff])]),
			'old',
			'new',
		],
		['no line end', Buffer.from('a b'), 'b', 'c'],
	])('stay as they are in a file with %s', async (_, bytes, old, replacement) => {
		const root = folder({ 'a.txt': bytes });
		const agent = await start([root]);
		const receipt = await answer<{ encoding: string }>(agent, 'fs_edit', {
			path: 'a.txt',
			edits: [{ old, new: replacement }],
		});
		const from = iconv.encode(old, receipt.encoding, { addBOM: false });
		const at = bytes.indexOf(from);
		const expected = Buffer.concat([
			bytes.subarray(0, at),
			iconv.encode(replacement, receipt.encoding, { addBOM: false }),
			bytes.subarray(at + from.length),
		]);
		expect(readFileSync(join(root, 'a.txt')).equals(expected)).toBe(true);
	});

	it('stay as they are in Shift JIS, where half a character can look like another', async () => {
		const text = '表示ソ能 edit 表\n'.repeat(20);
		const root = folder({ 'a.txt': iconv.encode(text, 'shift_jis') });
		const agent = await start([root]);
		await answer(agent, 'fs_edit', {
			path: 'a.txt',
			encoding: 'shift_jis',
			edits: [{ old: 'edit', new: '編集', occurrence: 3 }],
		});
		const lines = text.split('\n');
		lines[2] = '表示ソ能 編集 表';
		expect(readFileSync(join(root, 'a.txt')).equals(iconv.encode(lines.join('\n'), 'shift_jis'))).toBe(true);
	});

	it('writes new lines as the file ends its own', async () => {
		const root = folder({ 'a.txt': 'one\r\ntwo\r\n' });
		const agent = await start([root]);
		await answer(agent, 'fs_edit', { path: 'a.txt', edits: [{ old: 'one\ntwo', new: 'one\nand a half\ntwo' }] });
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one\r\nand a half\r\ntwo\r\n');
	});

	it('takes the replacement as it is, whatever it looks like', async () => {
		const root = folder({ 'a.txt': 'price\n' });
		const agent = await start([root]);
		await answer(agent, 'fs_edit', { path: 'a.txt', edits: [{ old: 'price', new: '$& $1 $$ \\n' }] });
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('$& $1 $$ \\n\n');
	});
});

describe('which place', () => {
	it('refuses text that is there several times and says how many', async () => {
		const root = folder({ 'a.txt': 'same\nsame\nsame\n' });
		const agent = await start([root]);
		const edits = [{ old: 'same', new: 'x' }];
		expect(await agent.fault('fs_edit', { path: 'a.txt', edits })).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringContaining('3 times'),
		});
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('same\nsame\nsame\n');
		await answer(agent, 'fs_edit', { path: 'a.txt', edits: [{ old: 'same', new: 'second', occurrence: 2 }] });
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('same\nsecond\nsame\n');
		expect(
			await answer(agent, 'fs_edit', { path: 'a.txt', edits: [{ old: 'same', new: 'x', occurrence: 'all' }] }),
		).toMatchObject({
			replacements: 2,
		});
		expect(
			await agent.fault('fs_edit', { path: 'a.txt', edits: [{ old: 'x', new: 'y', occurrence: 3 }] }),
		).toMatchObject({
			kind: 'not_found',
		});
	});

	it('makes several edits together or none', async () => {
		const root = folder({ 'a.txt': 'one two three' });
		const agent = await start([root]);
		const fault = await agent.fault('fs_edit', {
			path: 'a.txt',
			edits: [
				{ old: 'one', new: '1' },
				{ old: 'four', new: '4' },
			],
		});
		expect(fault).toMatchObject({ kind: 'not_found', message: expect.stringContaining('edits 2') });
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one two three');
		const overlapping = [
			{ old: 'one two', new: 'x' },
			{ old: 'two three', new: 'y' },
		];
		expect(await agent.fault('fs_edit', { path: 'a.txt', edits: overlapping })).toMatchObject({
			kind: 'invalid_input',
		});
		await answer(agent, 'fs_edit', {
			path: 'a.txt',
			edits: [
				{ old: 'three', new: 'one' },
				{ old: 'one', new: 'three' },
			],
		});
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('three two one');
	});

	it('takes blanks to be alike only where that leaves one place, and says so', async () => {
		const root = folder({ 'a.js': 'if (a)  {\n\tcall( x );   \n}\n', 'b.txt': 'a  b\na   b\n' });
		const agent = await start([root]);
		expect(
			await answer(agent, 'fs_edit', { path: 'a.js', edits: [{ old: 'if (a) {\n\tcall( x );\n}', new: 'call(x);' }] }),
		).toMatchObject({ tolerant: true });
		expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('call(x);\n');
		expect(await agent.fault('fs_edit', { path: 'b.txt', edits: [{ old: 'a b', new: 'x' }] })).toMatchObject({
			kind: 'not_found',
		});
		const indented = folder({ 'c.py': '    x = 1\n' });
		expect(
			await agent.fault('fs_edit', { path: 'c.py', edits: [{ old: '\tx = 1', new: 'x' }] }, { roots: [indented] }),
		).toMatchObject({
			kind: 'not_found',
		});
	});
});

describe('around an edit', () => {
	it('shows the difference and changes nothing when asked only for that', async () => {
		const root = folder({ 'a.txt': Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('') });
		const agent = await start([root]);
		const edits = [
			{ old: 'line 20\n', new: 'twenty\nand more\n' },
			{ old: 'line 35', new: 'thirty-five' },
		];
		const dry = await answer<{ diff: string }>(agent, 'fs_edit', { path: 'a.txt', edits, dryRun: true });
		expect(dry).toMatchObject({ applied: false, replacements: 2 });
		expect(dry.diff).toContain('@@ -18,7 +18,8 @@');
		expect(dry.diff).toContain('-line 20\n+twenty\n+and more\n');
		expect(dry.diff).toContain('@@ -33,7 +34,7 @@');
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toContain('line 20');
		const done = await answer<{ diff: string }>(agent, 'fs_edit', { path: 'a.txt', edits });
		expect(done.diff).toBe(dry.diff);
		expect(readdirSync(root)).toEqual(['a.txt']);
	});

	it('refuses a file that is not as expected', async () => {
		const root = folder({ 'a.txt': 'one' });
		const agent = await start([root]);
		const edits = [{ old: 'one', new: 'two' }];
		const first = await answer<{ sha256: string }>(agent, 'fs_edit', { path: 'a.txt', edits });
		expect(await agent.fault('fs_edit', { path: 'a.txt', edits, expectedSha256: '0'.repeat(64) })).toMatchObject({
			kind: 'conflict',
		});
		await answer(agent, 'fs_edit', {
			path: 'a.txt',
			edits: [{ old: 'two', new: 'three' }],
			expectedSha256: first.sha256,
		});
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('three');
	});

	it('keeps the mode, the link, and a file that is marked read-only', async () => {
		const root = folder({ 'run.sh': '#!/bin/sh\necho hi\n', 'ro.txt': 'keep' });
		chmodSync(join(root, 'run.sh'), 0o750);
		chmodSync(join(root, 'ro.txt'), 0o444);
		symlinkSync('run.sh', join(root, 'link'));
		const agent = await start([root]);
		await answer(agent, 'fs_edit', { path: 'link', edits: [{ old: 'hi', new: 'ho' }] });
		expect(statSync(join(root, 'run.sh')).mode & 0o777).toBe(0o750);
		expect(
			readdirSync(root, { withFileTypes: true })
				.find(({ name }) => name === 'link')
				?.isSymbolicLink(),
		).toBe(true);
		expect(readFileSync(join(root, 'run.sh'), 'utf8')).toContain('echo ho');
		expect(await agent.fault('fs_edit', { path: 'ro.txt', edits: [{ old: 'keep', new: 'x' }] })).toMatchObject({
			kind: 'denied',
		});
	});

	it('edits the end of 60 MB without holding the file', async () => {
		const root = folder();
		writeFileSync(
			join(root, 'big.txt'),
			Buffer.concat([Buffer.alloc(60_000_000, 'filler line\n'), Buffer.from('needle')]),
		);
		const agent = await start([root]);
		const before = process.memoryUsage().rss;
		const receipt = await answer<{ undoId: string }>(agent, 'fs_edit', {
			path: 'big.txt',
			edits: [{ old: 'needle', new: 'thread' }],
		});
		expect(process.memoryUsage().rss - before).toBeLessThan(64e6);
		expect(await answer(agent, 'fs_read', { path: 'big.txt', unit: 'bytes', offset: -6 })).toMatchObject({
			text: 'thread',
		});
		await answer(agent, 'fs_undo', { undoId: receipt.undoId });
		expect(await answer(agent, 'fs_read', { path: 'big.txt', unit: 'bytes', offset: -6 })).toMatchObject({
			text: 'needle',
		});
	});

	it('refuses what the encoding has no place for, and what is not text', async () => {
		const root = folder({ 'a.txt': Buffer.from('caf\xe9', 'latin1'), 'b.bin': Buffer.from([0, 1, 2, 3, 0, 255]) });
		const agent = await start([root]);
		expect(await agent.fault('fs_edit', { path: 'a.txt', edits: [{ old: 'caf', new: '日本' }] })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(await agent.fault('fs_edit', { path: 'b.bin', edits: [{ old: 'a', new: 'b' }] })).toMatchObject({
			kind: 'unsupported',
		});
	});

	it('lets many edits of one file at once each have its effect', async () => {
		const root = folder({ 'a.txt': Array.from({ length: 20 }, (_, index) => `<${index}>`).join('') });
		const agent = await start([root]);
		await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				answer(agent, 'fs_edit', { path: 'a.txt', edits: [{ old: `<${index}>`, new: `[${index}]` }] }),
			),
		);
		expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe(
			Array.from({ length: 20 }, (_, index) => `[${index}]`).join(''),
		);
	});
});
