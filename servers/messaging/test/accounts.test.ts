import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, createSecrets } from '@switchboard/kit';
import { afterAll, beforeAll } from 'vitest';
import { type MailServers, startMail } from '../../../tests/support/mail.ts';
import type { Account } from '../src/account.ts';
import { readHtml } from '../src/adapters/html.ts';
import { createImapAccount } from '../src/adapters/imap-account.ts';
import { createLocalAccount } from '../src/adapters/local-account.ts';
import { mime } from '../src/adapters/mime.ts';
import { ImapSettings } from '../src/config.ts';
import { describeAccount } from './account-suite.ts';

const accounts = new Map<string, Account>();
const folder = mkdtempSync(join(tmpdir(), 'switchboard-accounts-'));
let servers: MailServers;

beforeAll(async () => {
	servers = await startMail();
	process.env.TEST_ADA = 'ada-password';
	accounts.set(
		'local',
		createLocalAccount(join(folder, 'mailbox.db'), { name: 'Me', address: 'me@localhost' }, mime, readHtml),
	);
	const settings = ImapSettings.parse({
		id: 'work',
		kind: 'imap',
		address: 'ada@example.test',
		name: 'Ada',
		imap: { host: '127.0.0.1', port: servers.imap.tlsPort },
		smtp: { host: '127.0.0.1', port: servers.smtp.port, tls: 'starttls' },
		password: 'env:TEST_ADA',
		ca: servers.ca,
	});
	const limits = { callMs: 20_000, idleMs: 5_000 };
	accounts.set(
		'imap',
		createImapAccount(settings, { secrets: createSecrets(), readHtml, limits, log: createLog('test', 'silent') }),
	);
}, 60_000);

afterAll(async () => {
	for (const account of accounts.values()) await account.close();
	await servers?.stop();
	rmSync(folder, { recursive: true });
}, 30_000);

for (const kind of ['local', 'imap']) {
	describeAccount(kind, () => {
		const account = accounts.get(kind);
		if (account === undefined) throw new Error('not set up');
		return account;
	});
}
