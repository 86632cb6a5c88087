import type { FetchMessageObject, FetchQueryObject, ImapFlow, MessageAddressObject } from 'imapflow';
import type { Location, Summary } from '../account.ts';
import type { Address } from '../address.ts';
import { messageIds } from '../header-block.ts';
import { line } from '../line.ts';
import type { ReadHtml } from '../ports.ts';
import { previewOf } from '../preview.ts';
import { type Structure, structureOf, type TextPart } from './imap-structure.ts';
import { decodePart, parseHeader } from './mime.ts';

export const summaryQuery: FetchQueryObject = {
	uid: true,
	envelope: true,
	flags: true,
	internalDate: true,
	size: true,
	bodyStructure: true,
	headers: ['references', 'authentication-results'],
};

/** How much of a text a preview is made of; HTML often begins with kilobytes of styles. */
const previewBytes = { 'text/plain': 1_500, 'text/html': 16_000 } as const;

/** Summaries of messages of the open folder, in the order of `uids`. */
export async function summariesOf(
	client: ImapFlow,
	folder: Omit<Location, 'uid'>,
	uids: readonly number[],
	readHtml: ReadHtml,
): Promise<Summary[]> {
	if (uids.length === 0) return [];
	const fetched = await client.fetchAll(uids.join(','), summaryQuery, { uid: true });
	const messages = new Map(
		fetched.map((message) => [message.uid, { message, structure: structureOf(message.bodyStructure) }]),
	);
	const previews = await previewsOf(client, messages, readHtml);
	const found = uids.flatMap((uid) => messages.get(uid) ?? []);
	return Promise.all(
		found.map(({ message, structure }) => summaryOf(message, structure, folder, previews.get(message.uid) ?? '')),
	);
}

export async function summaryOf(
	message: FetchMessageObject,
	{ attachments }: Structure,
	folder: Omit<Location, 'uid'>,
	preview: string,
): Promise<Summary> {
	const { envelope = {}, headers } = message;
	const { references, authentication } = await parseHeader(headers ?? Buffer.alloc(0));
	return {
		at: { ...folder, uid: message.uid },
		messageId: messageIds(envelope.messageId ?? '')[0] ?? '',
		inReplyTo: messageIds(envelope.inReplyTo ?? '')[0] ?? '',
		references,
		from: people(envelope.from),
		// IMAP fills an absent Reply-To with the sender.
		replyTo: sameAsSender(envelope.replyTo, envelope.from) ? [] : people(envelope.replyTo),
		to: people(envelope.to),
		cc: people(envelope.cc),
		subject: line(envelope.subject ?? '', 1_000),
		date: isoDate(message.internalDate ?? envelope.date),
		flags: flagsOf(message.flags),
		size: message.size ?? 0,
		attachments: attachments.length,
		preview,
		authentication,
	};
}

async function previewsOf(
	client: ImapFlow,
	messages: ReadonlyMap<number, { readonly structure: Structure }>,
	readHtml: ReadHtml,
): Promise<Map<number, string>> {
	// Messages of one build are fetched with one command.
	const groups = Map.groupBy(
		[...messages].flatMap(([uid, { structure }]) => {
			const text = structure.texts.find(({ type, size }) => type === 'text/plain' && size > 0) ?? structure.texts[0];
			return text === undefined ? [] : [{ uid, text }];
		}),
		({ text }) => `${text.section} ${text.type}`,
	);
	const previews = new Map<number, string>();
	for (const group of groups.values()) {
		const first = group[0];
		if (first === undefined) continue;
		const { section, type } = first.text;
		const query = { uid: true, bodyParts: [{ key: section, maxLength: previewBytes[type] }] };
		const texts = new Map(group.map(({ uid, text }) => [uid, text]));
		for (const { uid, bodyParts } of await client.fetchAll([...texts.keys()].join(','), query, { uid: true })) {
			const text = texts.get(uid);
			const bytes = bodyParts?.get(section.toLowerCase());
			if (text !== undefined && bytes !== undefined) previews.set(uid, previewOf(await plainOf(text, bytes, readHtml)));
		}
	}
	return previews;
}

async function plainOf(part: TextPart, bytes: Uint8Array, readHtml: ReadHtml): Promise<string> {
	const text = await decodePart(part, bytes);
	return part.type === 'text/html' ? (await readHtml(text)).text : text;
}

const systemFlags: Readonly<Record<string, string>> = {
	'\\seen': 'seen',
	'\\flagged': 'flagged',
	'\\answered': 'answered',
	'\\draft': 'draft',
};

function flagsOf(flags: ReadonlySet<string> = new Set()): string[] {
	return [...flags].flatMap((flag) => systemFlags[flag.toLowerCase()] ?? (flag.startsWith('\\') ? [] : [flag]));
}

/** The flag as IMAP spells it. */
export function imapFlag(flag: string): string {
	return flag in { seen: 1, flagged: 1, answered: 1, draft: 1 }
		? `\\${flag.slice(0, 1).toUpperCase()}${flag.slice(1)}`
		: flag;
}

const mostPeople = 500;

function people(list: readonly MessageAddressObject[] = []): Address[] {
	return list
		.slice(0, mostPeople)
		.filter(({ address }) => address !== undefined && address !== '')
		.map(({ name = '', address = '' }) => ({ name: line(name, 100), address: line(address, 254) }));
}

function sameAsSender(
	replyTo: readonly MessageAddressObject[] = [],
	from: readonly MessageAddressObject[] = [],
): boolean {
	const addresses = (list: readonly MessageAddressObject[]) =>
		list.map(({ address }) => address?.toLowerCase()).join('\n');
	return addresses(replyTo) === addresses(from);
}

function isoDate(date: Date | string | undefined): string {
	const parsed = date instanceof Date ? date : new Date(date ?? 0);
	return (Number.isNaN(parsed.getTime()) ? new Date(0) : parsed).toISOString();
}
