import { Fault, type Log, type Secrets } from '@switchboard/kit';
import type { ImapFlow } from 'imapflow';
import type { Account, Location, Summary } from '../account.ts';
import type { ImapSettings } from '../config.ts';
import { searchedFolders, staleRef } from '../folders.ts';
import type { ReadHtml } from '../ports.ts';
import { destroyAll, flagAll, moveAll } from './imap-changes.ts';
import { createImapLink, inFolder, type Limits } from './imap-connection.ts';
import { createImapFolders } from './imap-folders.ts';
import { inMessage, readMessage } from './imap-read.ts';
import { relatedTo, searchFolder, searchUids } from './imap-search.ts';
import { structureOf } from './imap-structure.ts';
import { imapFlag, summariesOf } from './imap-summary.ts';
import { parseHeader } from './mime.ts';
import { submitOver } from './smtp.ts';

/** Most folders and messages that a conversation is gathered from. */
const mostFolders = 12;
const mostRelated = 200;

export interface ImapDependencies {
	readonly secrets: Secrets;
	readonly readHtml: ReadHtml;
	readonly limits: Limits;
	readonly log: Log;
}

/** An account on an IMAP and an SMTP server. */
export function createImapAccount(
	settings: ImapSettings,
	{ secrets, readHtml, limits, log }: ImapDependencies,
): Account {
	const { id, address, name, aliases } = settings;
	const link = createImapLink(settings, secrets, limits, log);
	const folders = createImapFolders(id);

	async function relatedIn(client: ImapFlow, path: string, ids: readonly string[]): Promise<Summary[]> {
		return inFolder(client, path, 'read', async ({ uidValidity }) => {
			const uids = await searchUids(client, relatedTo(ids));
			return summariesOf(
				client,
				{ account: id, folder: path, validity: String(uidValidity) },
				uids.slice(-mostRelated),
				readHtml,
			);
		});
	}

	async function summariesIn(client: ImapFlow, path: string, locations: readonly Location[]): Promise<Summary[]> {
		return inFolder(client, path, 'read', async ({ uidValidity }) => {
			const folder = { account: id, folder: path, validity: String(uidValidity) };
			const uids = locations.filter(({ validity }) => validity === folder.validity).map(({ uid }) => uid);
			return summariesOf(client, folder, uids, readHtml);
		});
	}

	async function append(
		client: ImapFlow,
		folder: string,
		bytes: Uint8Array,
		flags: readonly string[],
	): Promise<Location> {
		const path = await folders.resolve(client, folder, true);
		const added = await client.append(path, Buffer.from(bytes), flags.map(imapFlag));
		if (added === false)
			throw new Fault('unavailable', `Account ${id} took no message into that folder.`, { retryable: false });
		const { uid, uidValidity } = added;
		if (uid !== undefined && uidValidity !== undefined)
			return { account: id, folder: path, validity: String(uidValidity), uid };
		// Without UIDPLUS the server does not say where the message went.
		const { messageId } = await parseHeader(bytes);
		return inFolder(client, path, 'read', async (mailbox) => {
			const last = (await searchUids(client, { header: { 'message-id': messageId } })).at(-1);
			if (last === undefined) throw staleRef(id);
			return { account: id, folder: path, validity: String(mailbox.uidValidity), uid: last };
		});
	}

	return {
		id,
		kind: 'imap',
		self: { name, address },
		own: [address, ...aliases],
		reach: 'anyone',
		copiesSent: settings.sentCopy === 'server',
		check: (signal) => link.use('read', signal, (client) => client.noop()),
		folders: (signal) => link.use('read', signal, (client) => folders.list(client)),
		createFolder: (path, signal) =>
			link.use('write', signal, async (client) => {
				folders.forget();
				const { created, path: actual } = await client.mailboxCreate(path);
				if (!created) throw new Fault('conflict', `Account ${id} has a folder of that name already.`);
				return { path: actual };
			}),
		search: (folder, query, page, signal) =>
			link.use('read', signal, async (client) => {
				const path = await folders.resolve(client, folder);
				return inFolder(client, path, 'read', (mailbox) => searchFolder(client, mailbox, id, query, page, readHtml));
			}),
		summaries: (locations, signal) =>
			link.use('read', signal, async (client) => {
				const found: Summary[] = [];
				for (const [path, group] of Map.groupBy(locations, ({ folder }) => folder))
					found.push(...(await summariesIn(client, path, group)));
				return found;
			}),
		related: (messageIds, signal) =>
			link.use('read', signal, async (client) => {
				if (messageIds.length === 0) return [];
				const found: Summary[] = [];
				for (const { path } of searchedFolders(await folders.recent(client)).slice(0, mostFolders)) {
					found.push(...(await relatedIn(client, path, messageIds)));
				}
				return found;
			}),
		read: (at, signal) => link.use('read', signal, (client) => readMessage(client, at)),
		source: (at, limit, signal) =>
			link.use('read', signal, (client) =>
				inMessage(client, at, async () => {
					const message = await client.fetchOne(
						String(at.uid),
						{ uid: true, source: { maxLength: limit } },
						{ uid: true },
					);
					if (message === false || message.source === undefined) throw staleRef(id);
					return message.source;
				}),
			),
		attachment: (at, part, take, signal) =>
			// What `take` has begun to take in cannot be begun anew, hence no second try as for a read.
			link.use('write', signal, (client) =>
				inMessage(client, at, async () => {
					const message = await client.fetchOne(String(at.uid), { uid: true, bodyStructure: true }, { uid: true });
					const about =
						message === false
							? undefined
							: structureOf(message.bodyStructure).attachments.find((one) => one.part === part);
					const download = about && (await client.download(String(at.uid), part, { uid: true, decodeText: false }));
					if (download?.content === undefined || about === undefined) throw staleRef(id);
					return take(about, download.content);
				}),
			),
		append: (folder, bytes, flags, signal) =>
			link.use('write', signal, (client) => append(client, folder, bytes, flags)),
		flag: (at, change, signal) => link.use('write', signal, (client) => flagAll(client, at, change)),
		move: (at, folder, signal) =>
			link.use('write', signal, async (client) => moveAll(client, at, await folders.resolve(client, folder, true))),
		destroy: (at, signal) => link.use('write', signal, (client) => destroyAll(client, at)),
		submit: (mail, beforeContent, signal) => submitOver(settings, secrets, limits, mail, beforeContent, signal),
		close: () => link.close(),
	};
}
