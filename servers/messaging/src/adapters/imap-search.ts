import { Fault } from '@switchboard/kit';
import type { ImapFlow, MailboxObject, SearchObject } from 'imapflow';
import type { Location, Page, Query } from '../account.ts';
import { staleRef } from '../folders.ts';
import type { ReadHtml } from '../ports.ts';
import { structureOf } from './imap-structure.ts';
import { summariesOf } from './imap-summary.ts';

/** Most messages whose structure one search looks at, where the server cannot search for attachments. */
const mostExamined = 1_000;
const examinedAtOnce = 100;

/** One page of an open folder, newest first. */
export async function searchFolder(
	client: ImapFlow,
	mailbox: MailboxObject,
	account: string,
	query: Query,
	{ limit, from }: { readonly limit: number; readonly from?: Page['next'] },
	readHtml: ReadHtml,
): Promise<Page> {
	const folder: Omit<Location, 'uid'> = { account, folder: mailbox.path, validity: String(mailbox.uidValidity) };
	if (from !== undefined && from.validity !== folder.validity) throw staleRef(account);
	// What has arrived since the folder was opened is told with the answer to any command.
	await client.noop();
	const uids = (await searchUids(client, termsOf(query)))
		.filter((uid) => uid < (from?.below ?? Number.POSITIVE_INFINITY))
		.reverse();
	const { page, below } =
		query.hasAttachment === undefined
			? { page: uids.slice(0, limit), below: uids.length > limit ? uids[limit - 1] : undefined }
			: await withAttachments(client, uids, limit, query.hasAttachment);
	const items = await summariesOf(client, folder, page, readHtml);
	return { items, ...(below !== undefined && { next: { validity: folder.validity, below } }) };
}

export async function searchUids(client: ImapFlow, terms: SearchObject): Promise<number[]> {
	const found = await client.search(terms, { uid: true });
	if (!Array.isArray(found))
		throw new Fault('unavailable', 'The mail server refused the search.', {
			hint: 'Try simpler terms.',
			retryable: false,
		});
	return found;
}

async function withAttachments(client: ImapFlow, uids: readonly number[], limit: number, wanted: boolean) {
	const page: number[] = [];
	for (let at = 0; at < Math.min(uids.length, mostExamined); at += examinedAtOnce) {
		const chunk = uids.slice(at, at + examinedAtOnce);
		const fetched = await client.fetchAll(chunk.join(','), { uid: true, bodyStructure: true }, { uid: true });
		const matching = new Set(
			fetched
				.filter(({ bodyStructure }) => structureOf(bodyStructure).attachments.length > 0 === wanted)
				.map(({ uid }) => uid),
		);
		for (const uid of chunk) {
			if (!matching.has(uid)) continue;
			page.push(uid);
			if (page.length === limit) return { page, below: uid === uids.at(-1) ? undefined : uid };
		}
	}
	return { page, below: uids.length > mostExamined ? uids[mostExamined - 1] : undefined };
}

function termsOf({ text, from, to, subject, since, before, unread, flagged }: Query): SearchObject {
	return {
		all: true,
		...(text !== undefined && { text }),
		...(from !== undefined && { from }),
		...(to !== undefined && { or: [{ to }, { cc: to }] }),
		...(subject !== undefined && { subject }),
		...(since !== undefined && { since }),
		...(before !== undefined && { before }),
		...(unread !== undefined && { seen: !unread }),
		...(flagged !== undefined && { flagged }),
	};
}

const mostIds = 30;

/** Messages that have one of these Message-IDs or answer one. */
export function relatedTo(messageIds: readonly string[]): SearchObject {
	const headers = ['message-id', 'references', 'in-reply-to'];
	// The eldest and the latest, where there are too many for one command.
	const ids = messageIds.length <= mostIds ? messageIds : [...messageIds.slice(0, 2), ...messageIds.slice(2 - mostIds)];
	return { or: ids.flatMap((id) => headers.map((header) => ({ header: { [header]: id } }))) };
}
