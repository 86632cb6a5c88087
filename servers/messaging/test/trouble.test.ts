import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { processorMs } from '@switchboard/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MailServers, startMail } from '../../../tests/support/mail.ts';
import { type FoundItems, type Mailbox, openMailbox, raw, settingsOf } from './mailbox.ts';

let servers: MailServers;
const open: Mailbox[] = [];

beforeAll(async () => {
	servers = await startMail();
}, 60_000);
afterEach(async () => {
	for (const mailbox of open.splice(0)) await mailbox.close();
});
afterAll(async () => {
	await servers?.stop();
}, 30_000);

async function mailboxOf(
	accounts: readonly Record<string, unknown>[],
	config: Record<string, unknown> = {},
): Promise<Mailbox> {
	const mailbox = await openMailbox(accounts, config);
	open.push(mailbox);
	return mailbox;
}

const wrong = () => ({ host: '127.0.0.1', port: servers.imap.tlsPort });

describe('a server that cannot be used', () => {
	it.each<[string, () => Record<string, unknown>, string, RegExp]>([
		[
			'a wrong password',
			() => settingsOf(servers, 'ada', { password: 'env:TEST_WRONG' }),
			'unavailable',
			/refused the log-in.*accounts\[ada\]\.user/,
		],
		[
			'a password that is not there',
			() => settingsOf(servers, 'ada', { password: 'env:TEST_NOT_SET' }),
			'not_found',
			/TEST_NOT_SET is not set/,
		],
		[
			'an unknown authority',
			() => settingsOf(servers, 'ada', { ca: undefined }),
			'unavailable',
			/certificate.*accounts\[ada\]\.ca/,
		],
		[
			'an authority file that is not there',
			() => settingsOf(servers, 'ada', { ca: '/nowhere/ca.pem' }),
			'not_found',
			/accounts\[ada\]\.ca/,
		],
		[
			'another host than the certificate names',
			() => settingsOf(servers, 'ada', { imap: { ...wrong(), host: '127.0.0.2' } }),
			'unavailable',
			/certificate for another name|takes no connection/,
		],
		[
			'a port without TLS',
			() => settingsOf(servers, 'ada', { imap: { ...wrong(), port: servers.imap.port } }),
			'unavailable',
			/does not speak TLS.*accounts\[ada\]\.imap\.tls/,
		],
		[
			'a port where nothing listens',
			() => settingsOf(servers, 'ada', { imap: { ...wrong(), port: 1 } }),
			'unavailable',
			/takes no connection.*accounts\[ada\]\.imap\.port/,
		],
		[
			'a name that is none',
			() => settingsOf(servers, 'ada', { imap: { ...wrong(), host: 'nowhere.invalid' } }),
			'unavailable',
			/cannot be resolved/,
		],
	])('is explained: %s', async (_, settings, kind, words) => {
		process.env.TEST_WRONG = 'wrong-password';
		const mailbox = await mailboxOf([settings()]);
		const fault = await mailbox.fault('msg_search', { accounts: ['ada'] });
		expect(fault.kind).toBe(kind);
		expect(`${fault.message} ${fault.hint}`).toMatch(words);
		expect(JSON.stringify(fault)).not.toContain('wrong-password');
		const accounts = await mailbox.do<{ accounts: { id: string; health: string; problem?: string }[] }>('msg_accounts');
		expect(accounts.accounts).toMatchObject([
			{ id: 'ada', health: 'failed', problem: expect.stringMatching(words) },
			{ id: 'local', health: 'ok' },
		]);
	});

	it('speaks STARTTLS where it is told to, and without it gets no password', async () => {
		const starttls = { host: '127.0.0.1', port: servers.imap.port, tls: 'starttls' as const };
		const mailbox = await mailboxOf([settingsOf(servers, 'ada', { imap: starttls })]);
		expect(await mailbox.do('msg_accounts')).toMatchObject({ accounts: [{ health: 'ok' }, {}] });
		const heard: string[] = [];
		const plain = await listen((line) => {
			heard.push(line);
			return /CAPABILITY/i.test(line)
				? `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${line.split(' ')[0]} OK\r\n`
				: `${line.split(' ')[0]} BAD\r\n`;
		}, '* OK ready\r\n');
		try {
			const exposed = await mailboxOf([settingsOf(servers, 'ada', { imap: { ...starttls, port: portOf(plain) } })]);
			const fault = await exposed.fault('msg_search', { accounts: ['ada'] });
			expect(fault).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('STARTTLS') });
			expect(heard.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE/i);
		} finally {
			plain.close();
		}
	});

	it('does not hold a call longer than configured', async () => {
		const silent = await listen(() => '', '');
		try {
			const mailbox = await mailboxOf([settingsOf(servers, 'ada', { imap: { ...wrong(), port: portOf(silent) } })], {
				callSeconds: 1,
			});
			const started = performance.now();
			expect(await mailbox.fault('msg_search', { accounts: ['ada'] })).toMatchObject({ kind: 'timeout' });
			expect(performance.now() - started).toBeLessThan(2_500);
		} finally {
			silent.close();
		}
	});

	it('is named beside what the other accounts have', async () => {
		await servers.place('bob@example.test', [raw({ Subject: 'Here' })]);
		const mailbox = await mailboxOf([
			settingsOf(servers, 'ada', { imap: { ...wrong(), port: 1 } }),
			settingsOf(servers, 'bob'),
		]);
		const { items, partialFailures } = await mailbox.do<FoundItems>('msg_search');
		expect(items).toMatchObject([{ subject: 'Here', account: 'bob' }]);
		expect(partialFailures).toMatchObject([{ account: 'ada', fault: 'unavailable' }]);
	});
});

describe('a connection', () => {
	it('is opened anew for a read after the server has ended it', async () => {
		await servers.place('ada@example.test', [raw({ Subject: 'Still here' })]);
		const mailbox = await mailboxOf([settingsOf(servers, 'ada')]);
		for (let round = 0; round < 3; round++) {
			const { items } = await mailbox.do<FoundItems>('msg_search', { accounts: ['ada'], subject: 'Still here' });
			expect(items).toHaveLength(1);
			await servers.kick('ada@example.test');
		}
	});

	it('is closed when idle', async () => {
		const mailbox = await mailboxOf([settingsOf(servers, 'eve')], { idleSeconds: 1 });
		await mailbox.do('msg_folders', { account: 'eve' });
		expect(await sessionsOf('eve@example.test')).toBe(1);
		await new Promise((idle) => setTimeout(idle, 1_500));
		expect(await sessionsOf('eve@example.test')).toBe(0);
		await mailbox.do('msg_folders', { account: 'eve' });
	});

	it('is one for all calls of an account at a time', async () => {
		const mailbox = await mailboxOf([settingsOf(servers, 'eve')]);
		await Promise.all(Array.from({ length: 8 }, () => mailbox.do('msg_search', { accounts: ['eve'] })));
		expect(await sessionsOf('eve@example.test')).toBe(1);
	});
});

it('answers a missing folder with those there are', async () => {
	const mailbox = await mailboxOf([settingsOf(servers, 'ada')]);
	expect(await mailbox.fault('msg_search', { accounts: ['ada'], folder: 'Nowhere' })).toMatchObject({
		kind: 'not_found',
		hint: expect.stringMatching(/INBOX \(inbox\).*Drafts \(drafts\)|Drafts \(drafts\).*INBOX \(inbox\)/),
	});
	expect(await mailbox.fault('msg_search', { accounts: ['nobody'] })).toMatchObject({
		kind: 'not_found',
		hint: 'Configured: ada, local.',
	});
	expect(await mailbox.do('msg_folders', { account: 'ada', create: 'Projects/2026' })).toMatchObject({
		created: 'Projects/2026',
	});
	expect(await mailbox.fault('msg_folders', { account: 'ada', create: 'Projects/2026' })).toMatchObject({
		kind: 'conflict',
	});
});

it('pages through a thousand messages of two accounts, newest first, each once', async () => {
	const texts = Array.from({ length: 1_000 }, (_, index) =>
		raw({ Subject: `Bulk ${index}` }, `Message number ${index}\n`),
	);
	await servers.place('ada@example.test', texts.slice(0, 600), 'Bulk');
	await servers.place('bob@example.test', texts.slice(600), 'Bulk');
	const mailbox = await mailboxOf([settingsOf(servers, 'ada'), settingsOf(servers, 'bob')]);
	const started = processorMs();
	const first = await mailbox.do<FoundItems>('msg_search', { folder: 'Bulk', limit: 50, subject: 'bulk' });
	expect(processorMs() - started).toBeLessThan(2_000);
	expect(first.partialFailures).toEqual([]);
	const seen = [...first.items];
	for (let cursor = first.nextCursor; cursor !== undefined; ) {
		const page: FoundItems = await mailbox.do('msg_search', { folder: 'Bulk', limit: 50, subject: 'bulk', cursor });
		seen.push(...page.items);
		cursor = page.nextCursor;
	}
	expect(new Set(seen.map(({ subject }) => subject)).size).toBe(1_000);
	expect(seen).toHaveLength(1_000);
	const dates = seen.map(({ date }) => date);
	expect(dates).toEqual(dates.toSorted().toReversed());
}, 30_000);

async function sessionsOf(address: string): Promise<number> {
	const { execFile } = await import('node:child_process');
	const { promisify } = await import('node:util');
	const { stdout } = await promisify(execFile)('doveadm', [
		'-c',
		join(servers.folder, 'dovecot.conf'),
		'who',
		'-1',
		address,
	]);
	return stdout.split('\n').filter((line) => line.startsWith(address)).length;
}

/** A server that answers each line as told. */
async function listen(answer: (line: string) => string, greeting: string): Promise<Server> {
	const server = createServer((socket) => {
		socket.on('error', () => {});
		socket.write(greeting);
		socket.on('data', (data) => socket.write(answer(data.toString().trim())));
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	server.unref();
	return server;
}

function portOf(server: Server): number {
	return (server.address() as { port: number }).port;
}
