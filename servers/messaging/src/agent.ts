import { join } from 'node:path';
import { type AgentContext, defineAgent } from '@switchboard/kit';
import type { Account } from './account.ts';
import { createAccounts } from './accounts.ts';
import { createLocalAccount } from './adapters/local-account.ts';
import { mime } from './adapters/mime.ts';
import { createDesktopNotify } from './adapters/notify-desktop.ts';
import { createLocalNotify } from './adapters/notify-local.ts';
import { createOutbox } from './adapters/outbox.ts';
import { type MessagingConfig, messagingConfig } from './config.ts';
import type { MessagingPorts, ReadHtml } from './ports.ts';
import { contactsResolve } from './skills/contacts-resolve.ts';
import { msgAccounts } from './skills/msg-accounts.ts';
import { msgAttachment } from './skills/msg-attachment.ts';
import { msgDraft } from './skills/msg-draft.ts';
import { msgFolders } from './skills/msg-folders.ts';
import { msgOutbox } from './skills/msg-outbox.ts';
import { msgRead } from './skills/msg-read.ts';
import { msgSearch } from './skills/msg-search.ts';
import { msgSend } from './skills/msg-send.ts';
import { msgThread } from './skills/msg-thread.ts';
import { msgUpdate } from './skills/msg-update.ts';
import { notifySend } from './skills/notify-send.ts';

export const messaging = defineAgent({
	name: 'messaging',
	title: 'Messaging',
	description:
		'Reads, searches, answers and sends e-mail on the configured accounts, keeps an embedded mailbox for notes and notifications, and finds addresses by name. A message is drafted first and sent as it was drafted.',
	version: '0.1.0',
	config: messagingConfig,
	usage: {
		example: '--config ./mail.json',
		flags: {
			accounts: 'IMAP and SMTP accounts; best written in the config file',
			localAddress: 'address of the embedded account (default me@localhost)',
			localName: 'name of its owner',
			callSeconds: 'longest a call to a mail server may take (default 30)',
			idleSeconds: 'how long an unused connection is kept (default 60)',
			attachmentMegabytes: 'most megabytes of attachments in one mail (default 20)',
		},
	},
	allow: ['read', 'write'],
	ports: openPorts,
	skills: [
		msgAccounts,
		msgSearch,
		msgRead,
		msgThread,
		msgAttachment,
		msgDraft,
		msgSend,
		msgOutbox,
		msgUpdate,
		msgFolders,
		contactsResolve,
		notifySend,
	],
});

async function openPorts(context: AgentContext<MessagingConfig>): Promise<MessagingPorts> {
	const { config, stateFolder, onClose } = context;
	const self = { name: config.localName, address: config.localAddress };
	const local = createLocalAccount(join(stateFolder, 'mailbox.db'), self, mime, readHtml);
	const all = [...(await configuredAccounts(context)), local];
	const outbox = createOutbox(join(stateFolder, 'outbox.db'));
	onClose(async () => {
		await Promise.allSettled(all.map((account) => account.close()));
		outbox.close();
	});
	const authserv = config.accounts.flatMap((account): [string, string][] =>
		account.authserv === undefined ? [] : [[account.id, account.authserv]],
	);
	return {
		accounts: createAccounts(all, new Map(authserv)),
		mime,
		readHtml,
		outbox,
		notify: { local: createLocalNotify(local, mime), desktop: createDesktopNotify() },
		attachmentLimit: config.attachmentMegabytes * 1024 * 1024,
	};
}

/** IMAP's libraries take 200 ms to load, which an Agent without such an account need not wait for. */
async function configuredAccounts({ config, secrets, log }: AgentContext<MessagingConfig>): Promise<Account[]> {
	if (config.accounts.length === 0) return [];
	const { createImapAccount } = await import('./adapters/imap-account.ts');
	const limits = { callMs: config.callSeconds * 1_000, idleMs: config.idleSeconds * 1_000 };
	return config.accounts.map((settings) => createImapAccount(settings, { secrets, readHtml, limits, log }));
}

/** As with IMAP, loaded with the first HTML mail. */
const readHtml: ReadHtml = async (html) => {
	const { readHtml: read } = await import('./adapters/html.ts');
	return read(html);
};
