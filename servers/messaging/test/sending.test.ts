import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@switchboard/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MailServers, startMail } from '../../../tests/support/mail.ts';
import { createOutbox } from '../src/adapters/outbox.ts';
import { messaging } from '../src/agent.ts';
import { type DraftMade, type FoundItems, type Mailbox, openMailbox, raw, type Sent, settingsOf } from './mailbox.ts';
import { type SmtpProxy, startSmtpProxy } from './smtp-proxy.ts';

let servers: MailServers;
let proxy: SmtpProxy;
const open: Mailbox[] = [];
const states: string[] = [];

beforeAll(async () => {
	servers = await startMail();
	proxy = await startSmtpProxy(servers);
}, 60_000);

afterEach(async () => {
	proxy.cut = 'never';
	for (const mailbox of open.splice(0)) await mailbox.close();
});

afterAll(async () => {
	await proxy?.close();
	await servers?.stop();
	for (const state of states) rmSync(state, { recursive: true, force: true });
}, 30_000);

function stateFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'switchboard-sending-'));
	states.push(folder);
	return folder;
}

/** Ada's mailbox, sending through the proxy. */
async function ada(state = stateFolder()): Promise<Mailbox> {
	const smtp = { host: '127.0.0.1', port: proxy.port, tls: 'implicit' as const };
	const mailbox = await openMailbox([settingsOf(servers, 'ada', { smtp })], { callSeconds: 10 }, state);
	open.push(mailbox);
	return mailbox;
}

const count = (address: string, word: string, folder?: string): number =>
	servers.messages(address, folder).filter((message) => message.includes(word)).length;

async function settled(address: string, word: string): Promise<number> {
	// Long enough for a second delivery to have come, if there were one.
	await new Promise((done) => setTimeout(done, 400));
	return count(address, word);
}

async function draft(
	mailbox: Mailbox,
	word: string,
	to: readonly string[],
): Promise<{ draftRef: string; hash: string }> {
	const { draftRef, hash } = await mailbox.do<DraftMade>('msg_draft', { to, subject: word, body: word });
	return { draftRef, hash };
}

describe('a hand-over whose answer is lost', () => {
	it('is found to have gone out by its Message-ID, and not done again', async () => {
		const mailbox = await ada();
		const mail = await draft(mailbox, 'lost-answer-1', ['bob@example.test', 'me']);
		proxy.cut = 'after-content';
		const sent = await mailbox.do<Sent>('msg_send', mail, 'key-a');
		expect(proxy.cuts()).toBe(1);
		expect(sent).toMatchObject({ status: 'sent', accepted: ['bob@example.test', 'ada@example.test'], warnings: [] });
		proxy.cut = 'never';
		expect(await mailbox.do<Sent>('msg_send', mail, 'key-a')).toEqual(sent);
		expect(await mailbox.do<Sent>('msg_send', mail, 'key-b')).toMatchObject({ status: 'duplicate', id: sent.id });
		expect(await settled('bob@example.test', 'Subject: lost-answer-1')).toBe(1);
		expect(count('ada@example.test', 'Subject: lost-answer-1', 'Sent')).toBe(1);
		expect(count('ada@example.test', 'Subject: lost-answer-1', 'Drafts')).toBe(0);
	}, 20_000);

	it('stays unknown where no trace of it is found, until one is, and is never done again', async () => {
		const mailbox = await ada();
		const mail = await draft(mailbox, 'lost-answer-2', ['bob@example.test']);
		proxy.cut = 'after-content';
		expect(await mailbox.fault('msg_send', mail, { idempotencyKey: 'key-a' })).toMatchObject({
			kind: 'unknown_outcome',
			retryable: false,
		});
		proxy.cut = 'never';
		expect(await mailbox.fault('msg_send', mail, { idempotencyKey: 'key-a' })).toMatchObject({
			kind: 'unknown_outcome',
		});
		expect(await mailbox.fault('msg_send', mail, { idempotencyKey: 'key-b' })).toMatchObject({
			kind: 'unknown_outcome',
		});
		const [entry] = (await mailbox.do<{ entries: { id: string; state: string; messageId: string }[] }>('msg_outbox'))
			.entries;
		expect(entry).toMatchObject({ state: 'unknown' });
		expect(await mailbox.fault('msg_outbox', { action: 'cancel', id: entry?.id })).toMatchObject({ kind: 'conflict' });
		expect(await settled('bob@example.test', 'Subject: lost-answer-2')).toBe(1);
		expect(count('ada@example.test', 'Subject: lost-answer-2', 'Drafts')).toBe(1);
		// Bob's answer shows that the message had arrived.
		await servers.place('ada@example.test', [
			raw({ 'In-Reply-To': entry?.messageId ?? '', References: entry?.messageId ?? '', Subject: 'Re: lost' }),
		]);
		expect(await mailbox.prepare('msg_outbox', { action: 'settle' })).toMatchObject({ effect: 'write' });
		expect(await mailbox.do('msg_outbox', { action: 'settle' })).toMatchObject({
			entries: [{ id: entry?.id, state: 'sent' }],
		});
		expect(count('ada@example.test', 'Subject: lost-answer-2', 'Sent')).toBe(1);
		expect(count('ada@example.test', 'Subject: lost-answer-2', 'Drafts')).toBe(0);
		expect(await settled('bob@example.test', 'Subject: lost-answer-2')).toBe(1);
	}, 40_000);

	it('that the server never had whole is not claimed to have gone out either', async () => {
		const mailbox = await ada();
		const mail = await draft(mailbox, 'lost-answer-3', ['me']);
		proxy.cut = 'before-end-of-content';
		expect(await mailbox.fault('msg_send', mail)).toMatchObject({ kind: 'unknown_outcome' });
		expect(await settled('ada@example.test', 'Subject: lost-answer-3')).toBe(0);
	}, 20_000);

	it('before any content is a failure that may be tried again', async () => {
		const mailbox = await ada();
		const mail = await draft(mailbox, 'lost-early', ['bob@example.test']);
		proxy.cut = 'at-recipient';
		expect(await mailbox.fault('msg_send', mail, { idempotencyKey: 'key-a' })).toMatchObject({
			kind: 'unavailable',
			retryable: true,
			message: expect.stringContaining('Nothing was sent'),
		});
		expect(await mailbox.do('msg_outbox')).toMatchObject({ entries: [{ state: 'failed' }] });
		proxy.cut = 'never';
		expect(await mailbox.do<Sent>('msg_send', mail, 'key-a')).toMatchObject({ status: 'sent' });
		expect(await settled('bob@example.test', 'Subject: lost-early')).toBe(1);
	});
});

describe('sending once', () => {
	it('holds for five replays of one key and for ten calls at a time', async () => {
		const mailbox = await ada();
		const mail = await draft(mailbox, 'many-calls', ['bob@example.test']);
		const calls = await Promise.all(
			Array.from({ length: 10 }, (_, index) => mailbox.call('msg_send', mail, { idempotencyKey: `key-${index}` })),
		);
		const done = calls.map(({ structuredContent, isError }) =>
			isError ? 'fault' : (structuredContent as unknown as Sent).status,
		);
		expect(done.filter((status) => status === 'sent')).toHaveLength(1);
		for (let replay = 0; replay < 5; replay++) await mailbox.call('msg_send', mail, { idempotencyKey: 'key-0' });
		expect(await settled('bob@example.test', 'Subject: many-calls')).toBe(1);
	});

	it('outlives a restart, whatever state the process left the outbox in', async () => {
		const state = stateFolder();
		const mailbox = await ada(state);
		const early = await draft(mailbox, 'crash-early', ['bob@example.test']);
		const late = await draft(mailbox, 'crash-late', ['bob@example.test']);
		await mailbox.close();
		open.pop();
		// As a process leaves it that dies before, and one that dies while the content goes out.
		for (const [mail, isLate] of [
			[early, false],
			[late, true],
		] as const) {
			const word = isLate ? 'crash-late' : 'crash-early';
			const source =
				servers.messages('ada@example.test', 'Drafts').find((message) => message.includes(`Subject: ${word}`)) ?? '';
			const messageId = /^Message-ID: (.*?)\r?$/m.exec(source)?.[1] ?? '';
			leaveOpen(join(state, 'outbox.db'), { ...mail, messageId }, isLate);
		}
		const again = await ada(state);
		expect(await again.do<Sent>('msg_send', early)).toMatchObject({ status: 'sent' });
		expect(await again.fault('msg_send', late)).toMatchObject({ kind: 'unknown_outcome' });
		expect(await settled('bob@example.test', 'Subject: crash-early')).toBe(1);
		expect(await settled('bob@example.test', 'Subject: crash-late')).toBe(0);
	}, 20_000);

	it('files no second copy where the provider does, and settles what was not put in order', async () => {
		const mailbox = await openMailbox([settingsOf(servers, 'ada', { sentCopy: 'server' })], {}, stateFolder());
		open.push(mailbox);
		const before = servers.messages('ada@example.test', 'Sent').length;
		const mail = await draft(mailbox, 'provider-copy', ['bob@example.test']);
		expect(await mailbox.do<Sent>('msg_send', mail)).toMatchObject({ status: 'sent', warnings: [] });
		expect(servers.messages('ada@example.test', 'Sent')).toHaveLength(before);
		expect(
			(await mailbox.do<FoundItems>('msg_search', { accounts: ['ada'], folder: 'drafts', subject: 'provider-copy' }))
				.items,
		).toEqual([]);
	});
});

/** Writes an outbox entry whose process is no more. */
function leaveOpen(
	file: string,
	{ draftRef, hash, messageId }: { draftRef: string; hash: string; messageId: string },
	sending: boolean,
): void {
	const outbox = createOutbox(file);
	const prepared = { hash, preview: 'as it was' };
	const { entry } = outbox.claim({ account: 'ada', messageId, draftRef, recipients: ['bob@example.test'], prepared });
	if (sending) outbox.sending(entry.id);
	outbox.close();
	disown(file, entry.id);
}

function disown(file: string, id: string): void {
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const database = new DatabaseSync(file);
	// No process has this id.
	database.prepare('UPDATE outbox SET pid = ? WHERE id = ?').run(2 ** 30, id);
	database.close();
}

describe('started alone by a host', () => {
	it.each([
		['asks its owner and does as told', true],
		['sends nothing where the owner says no', false],
	])('%s', async (_, yes) => {
		const questions: string[] = [];
		const elicit = (message: string) => {
			questions.push(message);
			return yes;
		};
		const alone = await connect(messaging, {
			caller: 'standalone',
			config: { accounts: [settingsOf(servers, 'ada')] },
			stateFolder: stateFolder(),
			elicit,
		});
		try {
			const word = `alone-${yes}`;
			const made = await alone.call('msg_draft', { to: ['bob@example.test'], subject: word, body: word });
			const { draftRef, hash } = made.structuredContent as unknown as DraftMade;
			expect(questions).toEqual([]);
			const result = await alone.call('msg_send', { draftRef, hash });
			expect(questions).toEqual([expect.stringContaining(`To: bob@example.test\nSubject: ${word}`)]);
			expect(result.isError === true).toBe(!yes);
			expect(await settled('bob@example.test', `Subject: ${word}`)).toBe(yes ? 1 : 0);
		} finally {
			await alone.close();
		}
	});

	it('sends nothing through a host that cannot ask', async () => {
		const alone = await connect(messaging, {
			caller: 'standalone',
			config: { accounts: [settingsOf(servers, 'ada')] },
			stateFolder: stateFolder(),
		});
		try {
			const made = await alone.call('msg_draft', { to: ['bob@example.test'], subject: 'unasked', body: 'x' });
			const { draftRef, hash } = made.structuredContent as unknown as DraftMade;
			expect(await alone.fault('msg_send', { draftRef, hash })).toMatchObject({ kind: 'denied' });
			const note = await alone.call('msg_draft', { account: 'local', to: ['me'], subject: 'note', body: 'x' });
			const mine = note.structuredContent as unknown as DraftMade;
			expect((await alone.call('msg_send', { draftRef: mine.draftRef, hash: mine.hash })).isError).toBeFalsy();
			expect(await settled('bob@example.test', 'Subject: unasked')).toBe(0);
		} finally {
			await alone.close();
		}
	});
});
