import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit';
import { textOf } from '@switchboard/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DraftMade, type FoundItems, type Mailbox, openMailbox, type Sent } from './mailbox.ts';

let state: string;
let me: Mailbox;

beforeEach(async () => {
	state = mkdtempSync(join(tmpdir(), 'switchboard-local-'));
	me = await openMailbox([], {}, state);
});
afterEach(async () => {
	await me.close();
	rmSync(state, { recursive: true, force: true });
});

describe('with no account configured', () => {
	it('has the embedded account and says whom it reaches', async () => {
		expect(await me.do('msg_accounts')).toEqual({
			accounts: [{ id: 'local', kind: 'local', address: 'Me <me@localhost>', reaches: 'self', health: 'ok' }],
		});
	});

	it('writes a note to self that needs no approval, keeps it over a restart and finds it', async () => {
		const { draftRef, hash, preview, warnings } = await me.do<DraftMade>('msg_draft', {
			to: ['me'],
			subject: 'Milk',
			body: 'Buy milk.',
		});
		expect(preview).toContain('To: me@localhost\nSubject: Milk\n\nBuy milk.');
		expect(warnings).toEqual([]);
		expect(await me.prepare('msg_send', { draftRef, hash })).toMatchObject({
			effect: 'write',
			targets: [
				{ kind: 'account', value: 'local' },
				{ kind: 'recipient', value: 'me@localhost' },
			],
		});
		expect(await me.do<Sent>('msg_send', { draftRef, hash })).toMatchObject({
			status: 'sent',
			accepted: ['me@localhost'],
			rejected: [],
			warnings: [],
		});
		await me.close();
		me = await openMailbox([], {}, state);
		const { items } = await me.do<FoundItems>('msg_search', { text: 'milk' });
		expect(items).toMatchObject([{ subject: 'Milk', from: 'Me <me@localhost>', preview: 'Buy milk.', flags: [] }]);
		expect((await me.do<FoundItems>('msg_search', { folder: 'sent' })).items).toHaveLength(1);
		expect((await me.do<FoundItems>('msg_search', { folder: 'drafts' })).items).toEqual([]);
	});

	it('refuses to write to anybody else and says what to do', async () => {
		expect(await me.fault('msg_draft', { to: ['ada@example.com'], subject: 'Hi', body: 'Hi' })).toMatchObject({
			kind: 'unsupported',
			message: expect.stringContaining('only to its owner'),
			hint: expect.stringContaining('configure an account'),
		});
		expect((await me.do<FoundItems>('msg_search', { folder: 'drafts' })).items).toEqual([]);
	});

	it('leaves notifications in their folder, each key once while it is unread', async () => {
		const sent = await me.do<{ receipts: { id: string }[] }>('notify_send', {
			title: 'Report',
			body: 'It is ready.',
			priority: 'high',
			dedupeKey: 'report',
		});
		expect(sent.receipts).toMatchObject([{ target: 'local', status: 'sent' }]);
		expect(await me.do('notify_send', { title: 'Report again', dedupeKey: 'report' })).toMatchObject({
			receipts: [{ status: 'duplicate', id: sent.receipts[0]?.id }],
		});
		const { items } = await me.do<FoundItems>('msg_search', { folder: 'notifications' });
		expect(items).toMatchObject([
			{ subject: 'Report', preview: 'It is ready.', flags: expect.arrayContaining(['flagged']) },
		]);
		await me.do('msg_update', { refs: [items[0]?.ref], action: 'flag', add: ['seen'] });
		expect(await me.do('notify_send', { title: 'Report', dedupeKey: 'report' })).toMatchObject({
			receipts: [{ status: 'sent' }],
		});
		expect((await me.do<FoundItems>('msg_search', { folder: 'notifications' })).items).toHaveLength(2);
	});

	it('names a notification target that is not to be had and leaves the others', async () => {
		const path = process.env.PATH;
		process.env.PATH = state;
		try {
			expect(await me.do('notify_send', { title: 'Hi', targets: ['desktop', 'local'] })).toMatchObject({
				receipts: [
					{ target: 'desktop', status: 'failed', problem: expect.stringContaining('notify-send') },
					{ target: 'local', status: 'sent' },
				],
			});
			expect(await me.fault('notify_send', { title: 'Hi', targets: ['desktop'] })).toMatchObject({
				kind: 'unsupported',
			});
		} finally {
			process.env.PATH = path;
		}
	});
});

describe('a draft', () => {
	it('carries artifacts with the sha256 they have, and nothing that is no artifact', async () => {
		const content = Buffer.from('%PDF-1.4 a bill');
		const artifacts = createArtifacts(join(state, 'artifacts')).of('test');
		const { uri, sha256 } = await artifacts.put(content, {
			name: '../Rechnung\u202efdp.pdf',
			mimeType: 'application/pdf',
			source: 'own',
		});
		const draft = await me.do<DraftMade>('msg_draft', {
			to: ['me'],
			subject: 'Bill',
			body: 'Here.',
			attachments: [uri],
		});
		expect(draft.preview).toContain(
			`Attachment: Rechnungfdp.pdf (application/pdf, ${content.length} bytes, sha256 ${sha256})`,
		);
		const { preview } = await me.prepare('msg_send', { draftRef: draft.draftRef, hash: draft.hash });
		expect(preview).toContain(`sha256 ${sha256}`);
		await me.do('msg_send', { draftRef: draft.draftRef, hash: draft.hash });
		const { items } = await me.do<FoundItems>('msg_search', { hasAttachment: true });
		const { attachments } = await me.do<{ attachments: { partRef: string }[] }>('msg_read', { ref: items[0]?.ref });
		const fetched = await me.do<{ sha256: string; uri: string }>('msg_attachment', {
			partRef: attachments[0]?.partRef,
		});
		expect(fetched).toMatchObject({ sha256, uri, size: content.length, name: 'Rechnungfdp.pdf' });
		expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
		expect(await me.fault('msg_draft', { to: ['me'], body: '', attachments: ['/etc/passwd'] })).toMatchObject({
			kind: 'invalid_input',
		});
		const missing = `switchboard://artifact/${'0'.repeat(64)}`;
		expect(await me.fault('msg_draft', { to: ['me'], body: '', attachments: [missing] })).toMatchObject({
			kind: 'not_found',
		});
	});

	it('takes no more attachments than configured', async () => {
		await me.close();
		me = await openMailbox([], { attachmentMegabytes: 1 }, state);
		const artifacts = createArtifacts(join(state, 'artifacts')).of('test');
		const one = await artifacts.put(Buffer.alloc(700_000, 1), { name: 'a', mimeType: 'text/plain', source: 'own' });
		const two = await artifacts.put(Buffer.alloc(700_000, 2), { name: 'b', mimeType: 'text/plain', source: 'own' });
		expect(await me.fault('msg_draft', { to: ['me'], body: '', attachments: [one.uri, two.uri] })).toMatchObject({
			kind: 'too_large',
		});
	});

	it.each([
		['subject', { subject: 'Hi\r\nBcc: eve@example.com' }],
		['subject with a lone line feed', { subject: 'Hi\nBcc: eve@example.com' }],
		['recipient', { to: ['me@localhost\r\nBcc: eve@example.com'] }],
		['name of a recipient', { to: ['"Me\nBcc: eve@example.com" <me@localhost>'] }],
		['Cc', { cc: ['me@localhost\nX: y'] }],
	])('refuses a line break in the %s', async (_, changes) => {
		expect(await me.fault('msg_draft', { to: ['me'], subject: 'Hi', body: 'Hi', ...changes })).toMatchObject({
			kind: 'invalid_input',
		});
	});

	it.each([
		['me@localhost, eve@example.com'],
		['me'.repeat(200)],
		['<me@localhost'],
		['me@localhost>'],
		['a b@localhost'],
		['me@local\u200bhost'],
		['@localhost'],
		[''],
	])('refuses %j as a recipient', async (to) => {
		expect(await me.fault('msg_draft', { to: [to], subject: 'Hi', body: 'Hi' })).toMatchObject({
			kind: 'invalid_input',
		});
	});

	it('names each recipient once', async () => {
		const { recipients } = await me.do<DraftMade>('msg_draft', {
			to: ['me', 'Me <ME@localhost>'],
			cc: ['me@LOCALHOST', 'me+tag@localhost'],
			bcc: ['me'],
			subject: 'x',
			body: 'x',
		});
		expect(recipients).toEqual(['me@localhost', 'me+tag@localhost']);
	});

	it('takes an HTML body only where its reader sees all of it', async () => {
		const hidden = '<p>Hi</p><p style="display:none">secret</p>';
		expect(await me.fault('msg_draft', { to: ['me'], subject: 'x', body: hidden, format: 'html' })).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringContaining('6 characters'),
		});
		const draft = await me.do<DraftMade>('msg_draft', {
			to: ['me'],
			subject: 'x',
			body: '<p>Hi <b>you</b></p>',
			format: 'html',
		});
		expect(draft.preview).toContain('Hi you');
	});

	it('is sent as it was decided on or not at all', async () => {
		const draft = await me.do<DraftMade>('msg_draft', { to: ['me'], subject: 'x', body: 'x' });
		const wrong = { draftRef: draft.draftRef, hash: '0'.repeat(64) };
		expect(await me.fault('msg_send', wrong)).toMatchObject({ kind: 'conflict' });
		expect(
			await me.fault('msg_send', { draftRef: `${draft.draftRef.slice(0, -3)}abc`, hash: draft.hash }),
		).toMatchObject({ kind: 'invalid_input' });
	});

	it('goes out once, under one key or several', async () => {
		const { draftRef, hash } = await me.do<DraftMade>('msg_draft', { to: ['me'], subject: 'Once', body: 'x' });
		const first = await me.do<Sent>('msg_send', { draftRef, hash }, 'key-1');
		expect(await me.do<Sent>('msg_send', { draftRef, hash }, 'key-1')).toEqual(first);
		expect(await me.do<Sent>('msg_send', { draftRef, hash }, 'key-2')).toMatchObject({
			id: first.id,
			status: 'duplicate',
		});
		expect((await me.do<FoundItems>('msg_search', { subject: 'Once' })).items).toHaveLength(1);
		expect(await me.do('msg_outbox')).toMatchObject({ entries: [{ id: first.id, state: 'sent' }] });
		expect(await me.fault('msg_outbox', { action: 'cancel', id: first.id })).toMatchObject({ kind: 'conflict' });
		expect(await me.fault('msg_outbox', { action: 'cancel', id: 'out_none' })).toMatchObject({ kind: 'not_found' });
	});
});

describe('msg_update', () => {
	async function notes(count: number): Promise<string[]> {
		for (let index = 0; index < count; index++) await me.do('notify_send', { title: `Note ${index}` });
		return (await me.do<FoundItems>('msg_search', { folder: 'notifications' })).items.map(({ ref }) => ref);
	}

	it('moves to the trash as a write and deletes for good as a destroy, with a preview of what', async () => {
		const refs = await notes(2);
		expect(await me.prepare('msg_update', { refs, action: 'trash' })).toMatchObject({
			effect: 'write',
			reversible: true,
		});
		expect(await me.prepare('msg_update', { refs, action: 'delete' })).toMatchObject({
			effect: 'destroy',
			reversible: false,
			preview: expect.stringMatching(/^Delete 2 messages for good\n- .*Note 0\n- .*Note 1$/),
		});
		const { results } = await me.do<{ results: { newRef: string }[] }>('msg_update', {
			refs: refs.slice(0, 1),
			action: 'trash',
		});
		const newRef = results[0]?.newRef ?? '';
		expect(await me.do('msg_update', { refs: [newRef, refs[0]], action: 'delete' })).toMatchObject({
			results: [{ status: 'done' }, { status: 'not_found' }],
		});
		expect(await me.fault('msg_read', { ref: newRef })).toMatchObject({ kind: 'not_found' });
	});

	it.each([
		[{ action: 'flag' }, 'flag without flags'],
		[{ action: 'move' }, 'move without a folder'],
		[{ action: 'trash', folder: 'Archive' }, 'a folder without move'],
		[{ action: 'trash', add: ['seen'] }, 'flags without flag'],
		[{ action: 'flag', add: ['deleted'] }, 'a flag that deletes'],
		[{ action: 'flag', add: ['a b) (\\Deleted'] }, 'a flag that is more than one'],
		[{ action: 'flag', add: ['\\Seen'] }, 'a flag as IMAP spells it'],
	])('refuses %j: %s', async (changes, _why) => {
		const refs = await notes(1);
		expect(await me.fault('msg_update', { refs, ...changes })).toMatchObject({ kind: 'invalid_input' });
	});

	it('refuses more than 100 messages and a reference that was not given out', async () => {
		const [ref] = await notes(1);
		expect(await me.fault('msg_update', { refs: Array(101).fill(ref), action: 'trash' })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(await me.fault('msg_update', { refs: ['m_bm8gc3VjaCByZWY'], action: 'trash' })).toMatchObject({
			kind: 'invalid_input',
		});
	});

	it('refuses a cursor of another query and goes on with the right one', async () => {
		await notes(5);
		const query = { folder: 'notifications', limit: 2 };
		const { nextCursor } = await me.do<FoundItems>('msg_search', query);
		expect(await me.fault('msg_search', { ...query, text: 'Note', cursor: nextCursor })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(
			(await me.do<FoundItems>('msg_search', { ...query, cursor: nextCursor })).items.map(({ subject }) => subject),
		).toEqual(['Note 2', 'Note 1']);
	});
});

it('renders a list that a model can act on', async () => {
	await me.do('notify_send', { title: 'Report', body: 'It is ready.' });
	const text = textOf(await me.call('msg_search', { folder: 'notifications' }));
	expect(text).toMatch(
		/m_\S+ \d{4}-\d\d-\d\d \d\d:\d\d Switchboard <me@localhost> → Me <me@localhost>\n {2}Report \[unread, priority-normal\]\n {2}It is ready\./,
	);
});
