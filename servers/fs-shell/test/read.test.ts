import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { processorMs, textOf } from '@switchboard/kit/testing';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { answer, folder, start } from './support.ts';

interface Text {
	readonly text: string;
	readonly nextOffset?: number;
	readonly nextByte?: number;
	readonly encoding: string;
	readonly lineEndings: string;
	readonly cutLine?: boolean;
}

const png = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

describe('a part of a text', () => {
	it.each(['characters', 'lines', 'bytes'] as const)(
		'gives all of it, and nothing twice, part by part by %s',
		async (unit) => {
			const whole = Array.from({ length: 300 }, (_, index) => `${index} – ééé 😀 Zeile\n`).join('');
			const agent = await start([folder({ 'a.txt': whole })]);
			let read = '';
			let offset: number | undefined = 0;
			for (let parts = 0; offset !== undefined && parts < 2000; parts++) {
				const part: Text = await answer(agent, 'fs_read', { path: 'a.txt', unit, offset, limit: 17 });
				read += part.text;
				offset = part.nextOffset;
			}
			expect(read).toBe(whole);
		},
	);

	it('counts a negative offset from the end', async () => {
		const agent = await start([
			folder({ 'a.txt': 'one\ntwo\nthree\nfour\n', 'no-end.txt': 'one\ntwo', 'é.txt': 'aé😀' }),
		]);
		const tail = (path: string, unit: string, offset: number): Promise<Text> =>
			answer(agent, 'fs_read', { path, unit, offset });
		expect(await tail('a.txt', 'lines', -2)).toMatchObject({ text: 'three\nfour\n' });
		expect(await tail('a.txt', 'lines', -99)).toMatchObject({ text: 'one\ntwo\nthree\nfour\n' });
		expect(await tail('no-end.txt', 'lines', -1)).toMatchObject({ text: 'two' });
		expect(await tail('é.txt', 'characters', -3)).toMatchObject({ text: 'é😀' });
		expect(await tail('a.txt', 'bytes', -5)).toMatchObject({ text: 'four\n' });
	});

	it('answers an empty file and an offset beyond the end with nothing', async () => {
		const agent = await start([folder({ 'empty.txt': '', 'a.txt': 'abc\n' })]);
		for (const unit of ['characters', 'lines', 'bytes']) {
			expect(await answer(agent, 'fs_read', { path: 'empty.txt', unit })).toMatchObject({ text: '', kind: 'text' });
			expect((await answer<Text>(agent, 'fs_read', { path: 'a.txt', unit, offset: 1000 })).text).toBe('');
		}
	});

	it('never cuts a character in two, however small the part', async () => {
		const agent = await start([folder({ 'a.txt': 'x😀y' })]);
		const part: Text = await answer(agent, 'fs_read', { path: 'a.txt', offset: 1, limit: 1 });
		expect(part).toMatchObject({ text: '😀', nextOffset: 3 });
	});
});

describe('any size', () => {
	it('reads the beginning, the middle and the end of 60 MB at once, in bounded memory', async () => {
		const root = folder();
		const file = openSync(join(root, 'big.txt'), 'w');
		const block = Array.from({ length: 62_500 }, (_, line) => `${String(line).padStart(15, '0')}\n`).join('');
		for (let count = 0; count < 60; count++) writeSync(file, block);
		closeSync(file);
		const agent = await start([root]);
		const line = (offset: number): Promise<Text> =>
			answer(agent, 'fs_read', { path: 'big.txt', unit: 'lines', offset, limit: 1 });
		await line(0);
		const before = process.memoryUsage().rss;
		const started = processorMs();
		expect(await line(0)).toMatchObject({ text: '000000000000000\n', nextOffset: 1, nextByte: 16 });
		expect(await line(3_000_001)).toMatchObject({ text: '000000000000001\n', nextByte: 48_000_032 });
		expect(await line(-1)).toMatchObject({ text: '000000000062499\n' });
		expect((await answer<Text>(agent, 'fs_read', { path: 'big.txt', offset: 48_000_000, limit: 16 })).text).toBe(
			'000000000000000\n',
		);
		expect(processorMs() - started).toBeLessThan(5000);
		expect(process.memoryUsage().rss - before).toBeLessThan(64e6);
	});

	it('cuts a line of 20 MB and goes on within it by bytes', async () => {
		const root = folder();
		writeFileSync(join(root, 'long.txt'), `${'a'.repeat(20_000_000)}\nlast\n`);
		const agent = await start([root]);
		const first: Text = await answer(agent, 'fs_read', { path: 'long.txt', unit: 'lines' });
		expect(first).toMatchObject({ cutLine: true, nextOffset: 1, nextByte: 20_000_001 });
		expect(first.text).toHaveLength(100_000);
		expect(await answer(agent, 'fs_read', { path: 'long.txt', unit: 'lines', offset: 1 })).toMatchObject({
			text: 'last\n',
		});
		expect(await answer(agent, 'fs_read', { path: 'long.txt', unit: 'bytes', offset: 19_999_995 })).toMatchObject({
			text: 'aaaaa\nlast\n',
		});
		const tail: Text = await answer(agent, 'fs_read', { path: 'long.txt', unit: 'lines', offset: -2 });
		expect(tail.text.endsWith('a\nlast\n')).toBe(true);
	});

	it('does not read a file of 10 GB that is not text', async () => {
		const root = folder({ 'sparse.bin': '' });
		truncateSync(join(root, 'sparse.bin'), 10 * 1024 ** 3);
		const agent = await start([root]);
		const started = processorMs();
		expect(await agent.fault('fs_read', { path: 'sparse.bin' })).toMatchObject({ kind: 'too_large' });
		expect(processorMs() - started).toBeLessThan(1000);
	});
});

describe('encodings', () => {
	const words = 'Grüße aus Köln, schön übrigens: für Ärger\r\nzweite Zeile – nö\r\n';

	it.each([
		['utf-8', Buffer.from(words)],
		['utf-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(words)])],
		['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode(words, 'utf-16le')])],
		['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), iconv.encode(words, 'utf-16be')])],
		['utf-16le', iconv.encode(words, 'utf-16le')],
		['utf-32le', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), iconv.encode(words, 'utf-32le')])],
		['windows-1252', iconv.encode(words, 'windows-1252')],
		['iso-8859-1', iconv.encode(words.replace('–', '-'), 'iso-8859-1')],
	])('finds %s', async (encoding, bytes) => {
		const agent = await start([folder({ 'a.txt': bytes })]);
		const read: Text = await answer(agent, 'fs_read', { path: 'a.txt' });
		expect(read).toMatchObject({ encoding, lineEndings: 'crlf' });
		expect(read.text.replace('–', '-')).toBe(words.replace('–', '-'));
		const second: Text = await answer(agent, 'fs_read', { path: 'a.txt', unit: 'lines', offset: 1 });
		expect(second.text).toMatch(/^zweite Zeile . nö\r\n$/);
		expect((await answer<Text>(agent, 'fs_read', { path: 'a.txt', unit: 'lines', offset: -1 })).text).toBe(second.text);
	});

	it('takes little Latin-1 for what it is, and another encoding when told', async () => {
		const agent = await start([
			folder({
				'a.txt': Buffer.from('plain\ncaf\xe9\n', 'latin1'),
				'b.txt': iconv.encode('日本語のテキスト\n', 'shift_jis'),
			}),
		]);
		expect(await answer(agent, 'fs_read', { path: 'a.txt' })).toMatchObject({
			text: 'plain\ncafé\n',
			encoding: 'iso-8859-1',
		});
		expect(await answer(agent, 'fs_read', { path: 'b.txt', encoding: 'shift_jis' })).toMatchObject({
			text: '日本語のテキスト\n',
		});
		expect(await agent.fault('fs_read', { path: 'a.txt', encoding: 'klingon' })).toMatchObject({
			kind: 'invalid_input',
		});
	});

	it('says so where bytes are not of the encoding', async () => {
		const late = Buffer.concat([Buffer.from('x'.repeat(70_000)), Buffer.from([0xe9])]);
		const agent = await start([folder({ 'a.txt': late })]);
		const read = await answer(agent, 'fs_read', { path: 'a.txt', unit: 'bytes', offset: 69_990 });
		expect(read).toMatchObject({ undecodable: true, encoding: 'utf-8' });
	});

	it('keeps multi-byte characters whole at every boundary of its pieces', async () => {
		const whole = `${'a'.repeat(262_143)}é€😀\nend`;
		const agent = await start([folder({ 'a.txt': whole })]);
		expect(await answer(agent, 'fs_read', { path: 'a.txt', offset: 262_143 })).toMatchObject({ text: 'é€😀\nend' });
	});
});

describe('what is not text', () => {
	it('shows an image', async () => {
		const agent = await start([folder({ 'dot.dat': png })]);
		const result = await agent.call('fs_read', { path: 'dot.dat' });
		expect(result.structuredContent).toMatchObject({ kind: 'image', mimeType: 'image/png', size: png.length });
		expect(result.content).toContainEqual({ type: 'image', data: png.toString('base64'), mimeType: 'image/png' });
	});

	it('hands other binary files on as artifacts, byte for byte', async () => {
		const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256));
		const agent = await start([folder({ 'x.bin': bytes })]);
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		const result = await agent.call('fs_read', { path: 'x.bin' });
		expect(result.structuredContent).toMatchObject({
			kind: 'artifact',
			sha256,
			artifact: `switchboard://artifact/${sha256}`,
		});
		await answer(agent, 'fs_write', { path: 'copy.bin', artifact: `switchboard://artifact/${sha256}` });
		expect(await answer(agent, 'fs_stat', { paths: ['copy.bin'], sha256: true })).toMatchObject({
			entries: [{ sha256 }],
		});
	});

	it('makes an artifact of any file that is asked for as one', async () => {
		const agent = await start([folder({ 'a.txt': 'hello' })]);
		const result = await agent.call('fs_read', { path: 'a.txt', as: 'artifact' });
		expect(result.structuredContent).toMatchObject({ kind: 'artifact', mimeType: 'text/plain', size: 5 });
		expect(result.content).toContainEqual(expect.objectContaining({ type: 'resource_link', name: 'a.txt' }));
		expect(textOf(result)).not.toContain('hello');
	});

	it('refuses to give a PDF as text', async () => {
		const agent = await start([folder({ 'a.pdf': '%PDF-1.4\n%âãÏÓ\n1 0 obj\n' })]);
		expect(await agent.fault('fs_read', { path: 'a.pdf', as: 'text' })).toMatchObject({ kind: 'unsupported' });
		expect(await answer(agent, 'fs_read', { path: 'a.pdf' })).toMatchObject({
			kind: 'artifact',
			mimeType: 'application/pdf',
		});
	});
});

it('describes files, and names those it cannot', async () => {
	const root = folder({ 'a.sh': 'hello' });
	execFileSync('chmod', ['750', join(root, 'a.sh')]);
	const agent = await start([root]);
	const described = await answer(agent, 'fs_stat', { paths: ['a.sh', 'gone', '/etc/hosts'], sha256: true });
	expect(described).toMatchObject({
		entries: [
			{
				path: join(root, 'a.sh'),
				type: 'file',
				size: 5,
				mode: '0750',
				sha256: createHash('sha256').update('hello').digest('hex'),
			},
			{ path: 'gone', problem: expect.stringContaining('not_found') },
			{ path: '/etc/hosts', problem: expect.stringContaining('denied') },
		],
	});
	expect(await agent.fault('fs_stat', { paths: ['gone'] })).toMatchObject({ kind: 'not_found' });
});
