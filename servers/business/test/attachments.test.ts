import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit';
import { connect, type TestAgent } from '@switchboard/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { business } from '../src/agent.ts';
import { temporaryFolder } from './support/store.ts';

const { folder, remove } = temporaryFolder();
const artifacts = createArtifacts(join(folder, 'artifacts'));
const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
let agent: TestAgent;
let ref: string;
let uri: string;

beforeAll(async () => {
	agent = await connect(business, { stateFolder: folder });
	const { structuredContent } = await agent.call('contact_add', { name: 'Ada Example' });
	ref = String(structuredContent?.ref);
	const about = {
		name: 'report.pdf',
		mimeType: 'application/pdf',
		source: 'outside',
		origin: 'https://example.com',
	} as const;
	uri = (await artifacts.of('test').put(content, about)).uri;
});
afterAll(async () => {
	await agent.close();
	remove();
});

const get = async (args: Record<string, unknown> = {}, session = 'test') =>
	(await agent.call('biz_get', { ref, ...args }, { session })).structuredContent as {
		attachments: Record<string, unknown>[];
	};

it('a file keeps its SHA-256, its name and where it came from', async () => {
	const prepared = await agent.prepare('biz_attach', { ref, uri });
	expect(prepared).toMatchObject({
		effect: 'write',
		targets: [
			{ kind: 'record', value: ref },
			{ kind: 'artifact', value: uri },
		],
	});
	const { structuredContent } = await agent.call('biz_attach', { ref, uri });
	expect(structuredContent).toMatchObject({ ref, name: 'report.pdf', sha256, size: content.length });
	expect((await get()).attachments).toEqual([
		{ name: 'report.pdf', sha256, size: content.length, mimeType: 'application/pdf', origin: 'https://example.com' },
	]);
});

it('attached again it is there once', async () => {
	const { structuredContent } = await agent.call('biz_attach', { ref, uri });
	expect(structuredContent).toMatchObject({ sha256 });
	expect(structuredContent).not.toHaveProperty('changeId');
	expect((await get()).attachments).toHaveLength(1);
});

it('it outlives its session, and comes out into another as it went in', async () => {
	await artifacts.end('test');
	const { attachments } = await get({ files: true }, 'later');
	expect(attachments).toMatchObject([{ sha256, uri: `switchboard://artifact/${sha256}` }]);
	const artifact = await artifacts.of('later').resolve(String(attachments[0]?.uri));
	expect(artifact).toMatchObject({
		name: 'report.pdf',
		source: 'outside',
		origin: 'https://example.com',
		size: content.length,
	});
	expect(readFileSync(artifact.path).equals(content)).toBe(true);
});

it('an artifact of another session is not to be had', async () => {
	expect(await agent.fault('biz_attach', { ref, uri }, { session: 'stranger' })).toMatchObject({ kind: 'not_found' });
});

it('a record that is not there takes none', async () => {
	await artifacts.of('test').put(content, { name: 'a', mimeType: 'text/plain', source: 'own' });
	expect(await agent.fault('biz_attach', { ref: 'crm:contact:nobody', uri })).toMatchObject({ kind: 'not_found' });
});

it('content that was damaged on the disk is not handed out', async () => {
	const [shard = ''] = readdirSync(join(folder, 'files'));
	writeFileSync(join(folder, 'files', shard, sha256), 'something else');
	expect(await agent.fault('biz_get', { ref, files: true })).toMatchObject({
		kind: 'unavailable',
		message: expect.stringContaining('damaged'),
	});
});

it('attaching can be taken back', async () => {
	const other = await artifacts.of('test').put('hello', { name: 'note.txt', mimeType: 'text/plain', source: 'own' });
	const { structuredContent } = await agent.call('biz_attach', { ref, uri: other.uri, name: 'greeting.txt' });
	expect((await get()).attachments.map(({ name }) => name)).toEqual(['report.pdf', 'greeting.txt']);
	await agent.call('biz_undo', { changeId: structuredContent?.changeId });
	expect((await get()).attachments.map(({ name }) => name)).toEqual(['report.pdf']);
});
