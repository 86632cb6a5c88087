import { clean } from '@switchboard/kit';
import type { ImapFlow } from 'imapflow';
import type { Location, StoredMessage } from '../account.ts';
import { staleRef } from '../folders.ts';
import { inFolder } from './imap-connection.ts';
import { structureOf, type TextPart } from './imap-structure.ts';
import { summaryOf, summaryQuery } from './imap-summary.ts';
import { decodePart, parseHeader } from './mime.ts';

/** Most bytes of a message's texts, and of its header, that are read. */
const mostText = { 'text/plain': 1_000_000, 'text/html': 2_000_000 } as const;
const mostHeader = 256_000;

/** A message without its attachments' content; nothing is marked as seen. */
export function readMessage(client: ImapFlow, at: Location): Promise<StoredMessage> {
	return inMessage(client, at, async () => {
		const message = await client.fetchOne(
			String(at.uid),
			{ ...summaryQuery, bodyParts: [{ key: 'HEADER', maxLength: mostHeader }] },
			{ uid: true },
		);
		if (message === false) throw staleRef(at.account);
		const structure = structureOf(message.bodyStructure);
		const header = message.bodyParts?.get('header') ?? message.headers ?? Buffer.alloc(0);
		const texts = await textsOf(client, at.uid, structure.texts);
		const { account, folder, validity } = at;
		return {
			...(await summaryOf(message, structure, { account, folder, validity }, '')),
			bcc: (await parseHeader(header)).bcc,
			headers: clean(header.toString('utf8')),
			text: joined(texts, 'text/plain'),
			html: joined(texts, 'text/html'),
			cut: structure.texts.some(({ type, size }) => size > mostText[type]),
			parts: structure.attachments,
		};
	});
}

/** Does `work` where a message is, if it still is. */
export function inMessage<T>(
	client: ImapFlow,
	{ account, folder, validity }: Location,
	work: () => Promise<T>,
): Promise<T> {
	return inFolder(client, folder, 'read', async ({ uidValidity }) => {
		if (String(uidValidity) !== validity) throw staleRef(account);
		return work();
	});
}

interface Decoded {
	readonly type: TextPart['type'];
	readonly text: string;
}

async function textsOf(client: ImapFlow, uid: number, parts: readonly TextPart[]): Promise<Decoded[]> {
	if (parts.length === 0) return [];
	const bodyParts = parts.map(({ section, type }) => ({ key: section, maxLength: mostText[type] }));
	const message = await client.fetchOne(String(uid), { uid: true, bodyParts }, { uid: true });
	if (message === false) return [];
	return Promise.all(
		parts.map(async (part) => {
			const bytes = message.bodyParts?.get(part.section.toLowerCase()) ?? Buffer.alloc(0);
			return { type: part.type, text: await decodePart(part, bytes) };
		}),
	);
}

function joined(texts: readonly Decoded[], type: TextPart['type']): string | undefined {
	const found = texts.filter((text) => text.type === type).map(({ text }) => text);
	return found.length === 0 ? undefined : found.join('\n');
}
