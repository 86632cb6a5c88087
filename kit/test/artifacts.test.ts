import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createArtifacts } from '@switchboard/kit/artifacts';
import { artifactUri } from '@switchboard/kit/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeArgs, type Scratch, scratch } from './support/host.ts';

const about = { name: 'report.pdf', mimeType: 'application/pdf', source: 'own' } as const;
let at: Scratch;
let folder: string;

beforeEach(() => {
	at = scratch();
	folder = join(at.folder, 'artifacts');
});
afterEach(() => at.remove());

describe('a Session’s workspace', () => {
	it('is not on disk before the first file', async () => {
		const session = createArtifacts(folder).of('a');
		expect(await session.list()).toEqual([]);
		await expect(session.resolve(artifactUri('0'.repeat(64)))).rejects.toMatchObject({ kind: 'not_found' });
		await createArtifacts(folder).end('a');
		expect(existsSync(folder)).toBe(false);
	});

	it.each([
		['text', () => 'héllo'],
		['bytes', () => new TextEncoder().encode('héllo')],
		['a stream', () => Readable.from([Buffer.from('hé'), 'llo'])],
	])('keeps %s under its SHA-256, for reading only', async (_, content) => {
		const session = createArtifacts(folder).of('a');
		const artifact = await session.put(content(), about);
		const sha256 = createHash('sha256').update('héllo').digest('hex');
		expect(artifact).toEqual({ uri: artifactUri(sha256), sha256, size: 6, ...about });
		const { path, ...resolved } = await session.resolve(artifact.uri);
		expect(resolved).toEqual(artifact);
		expect(readFileSync(path, 'utf8')).toBe('héllo');
		expect(statSync(path).mode & 0o777).toBe(0o400);
		expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
	});

	it('is shared by all Agents of the Session and by nobody else', async () => {
		const { uri } = await createArtifacts(folder).of('a').put('x', about);
		await expect(createArtifacts(folder).of('a').resolve(uri)).resolves.toMatchObject({ uri });
		await expect(createArtifacts(folder).of('b').resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		expect(await createArtifacts(folder).of('b').list()).toEqual([]);
	});

	it('lists its files, oldest first', async () => {
		const session = createArtifacts(folder).of('a');
		for (const text of ['one', 'two', 'three']) {
			await session.put(text, { ...about, name: text });
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect((await session.list()).map(({ name }) => name)).toEqual(['one', 'two', 'three']);
	});

	it('goes with its Session, and only it', async () => {
		const artifacts = createArtifacts(folder);
		await artifacts.of('a').put('x', about);
		const { uri } = await artifacts.of('b').put('x', about);
		await artifacts.end('a');
		expect(await artifacts.of('a').list()).toEqual([]);
		await expect(artifacts.of('b').resolve(uri)).resolves.toMatchObject({ uri });
	});

	it('survives a hostile session name', async () => {
		await createArtifacts(folder).of('../../escape').put('x', about);
		expect(readdirSync(at.folder)).toEqual(['artifacts']);
	});
});

describe('the same content put again', () => {
	it('is the same Artifact under its first name', async () => {
		const session = createArtifacts(folder).of('a');
		const first = await session.put('x', about);
		expect(await session.put('x', { ...about, name: 'other.txt' })).toEqual(first);
		expect(await session.list()).toHaveLength(1);
	});

	it('stays from outside once it was, and becomes so later', async () => {
		const session = createArtifacts(folder).of('a');
		const outside = { ...about, source: 'outside', origin: 'https://example.com/x' } as const;
		await session.put('x', outside);
		expect(await session.put('x', about)).toMatchObject({ source: 'outside', origin: 'https://example.com/x' });
		const { uri } = await session.put('y', about);
		await session.put('y', { ...outside, name: 'evil.pdf' });
		expect(await session.resolve(uri)).toMatchObject({
			source: 'outside',
			name: 'report.pdf',
			origin: 'https://example.com/x',
		});
	});

	it('by two processes at once is whole, one, and leaves nothing behind', async () => {
		const code = `
			import { createArtifacts } from '@switchboard/kit/artifacts';
			import { Readable } from 'node:stream';
			const session = createArtifacts(process.argv[1]).of('a');
			for (let i = 0; i < 40; i += 1) {
				const puts = ['own', 'outside'].map((source) => session.put(Readable.from([Buffer.alloc(200_000, i), 'end']), { name: source, mimeType: 'text/plain', source }));
				await Promise.all(puts);
			}`;
		const put = () =>
			promisify(execFile)(process.execPath, [...nodeArgs, '--input-type=module', '--eval', code, folder], {
				cwd: import.meta.dirname,
			});
		await Promise.all([put(), put(), put()]);
		const session = createArtifacts(folder).of('a');
		const list = await session.list();
		expect(list).toHaveLength(40);
		for (const { uri, sha256, source } of list) {
			expect(source).toBe('outside');
			const { path } = await session.resolve(uri);
			expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
			expect(statSync(path).mode & 0o777).toBe(0o400);
		}
		const [workspace] = readdirSync(folder);
		expect(readdirSync(join(folder, workspace ?? ''))).toHaveLength(80);
	}, 20_000);
});

describe('a file that must not be', () => {
	it('is refused when it is too large, and leaves nothing', async () => {
		const session = createArtifacts(folder, 10).of('a');
		await expect(session.put('x'.repeat(11), about)).rejects.toMatchObject({ kind: 'too_large' });
		const endless = Readable.from(
			(async function* () {
				for (;;) yield 'xxxx';
			})(),
		);
		await expect(session.put(endless, about)).rejects.toMatchObject({ kind: 'too_large' });
		expect(endless.destroyed).toBe(true);
		const [workspace] = readdirSync(folder);
		expect(readdirSync(join(folder, workspace ?? ''))).toEqual([]);
	});

	it('fails as its stream fails, and leaves nothing', async () => {
		const broken = Readable.from(
			(async function* () {
				yield 'x';
				throw new Error('line cut');
			})(),
		);
		await expect(createArtifacts(folder).of('a').put(broken, about)).rejects.toThrow('line cut');
		const [workspace] = readdirSync(folder);
		expect(readdirSync(join(folder, workspace ?? ''))).toEqual([]);
	});

	it('is not resolved once it is a link, another size, or undescribed', async () => {
		const session = createArtifacts(folder).of('a');
		const { uri } = await session.put('x', about);
		const { path } = await session.resolve(uri);
		rmSync(path);
		await expect(session.resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		symlinkSync('/etc/hostname', path);
		await expect(session.resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		rmSync(path);
		writeFileSync(path, 'xx');
		await expect(session.resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		rmSync(path);
		mkdirSync(path);
		await expect(session.resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		writeFileSync(`${path}.json`, '{');
		await expect(session.resolve(uri)).rejects.toMatchObject({ kind: 'not_found' });
		expect(await session.list()).toEqual([]);
	});

	it.each(['', 'x', 'switchboard://artifact/../../etc/passwd', `file:///${'0'.repeat(64)}`])(
		'is not resolved by %j',
		async (uri) => {
			await expect(createArtifacts(folder).of('a').resolve(uri)).rejects.toMatchObject({ kind: 'invalid_input' });
		},
	);
});

it.each([
	['../../etc/passwd', 'passwd'],
	['C:\\temp\\a.txt', 'a.txt'],
	['invoice\u202efdp.exe', 'invoicefdp.exe'],
	['a\u0000b\nc.txt', 'ab c.txt'],
	['..', 'file'],
	['', 'file'],
	['/', 'file'],
	[`${'é'.repeat(300)}.tar.gz`, `${'é'.repeat(197)}.gz`],
])('names the file %j safely', async (name, safe) => {
	expect(
		(
			await createArtifacts(folder)
				.of('a')
				.put('x', { ...about, name })
		).name,
	).toBe(safe);
});

it('takes only a type that is one', async () => {
	const session = createArtifacts(folder).of('a');
	expect((await session.put('1', { ...about, mimeType: 'Text/Plain; charset=utf-8' })).mimeType).toBe(
		'text/plain; charset=utf-8',
	);
	expect((await session.put('2', { ...about, mimeType: 'text/html\nX-Evil: 1' })).mimeType).toBe(
		'application/octet-stream',
	);
});
