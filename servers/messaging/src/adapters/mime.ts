import { clean } from '@switchboard/kit';
import PostalMime, { type Attachment, type Email, type Address as ParsedAddress } from 'postal-mime';
import type { Address } from '../address.ts';
import { endOfHeaders, messageIds } from '../header-block.ts';
import { contentType, fileName, line } from '../line.ts';
import type { Mime, Outgoing, ParsedMail } from '../ports.ts';

export const mime: Mime = { compose, parse };

/** Messages an attacker nests deeper are read as far as that. */
const nesting = { maxNestingDepth: 100, forceRfc822Attachments: true } as const;

async function compose(mail: Outgoing): Promise<Uint8Array> {
	const { messageId, date, from, to, cc, bcc, subject, text, html, inReplyTo, references, attachments } = mail;
	// Loaded with the first draft: reading does without it.
	const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
	const node = new MailComposer({
		messageId,
		date,
		from: { ...from },
		to: to.map(copy),
		cc: cc.map(copy),
		bcc: bcc.map(copy),
		subject,
		text,
		...(html !== undefined && { html }),
		...(inReplyTo !== undefined && { inReplyTo }),
		references: [...references],
		attachments: attachments.map(({ name, type, content }) => ({
			filename: name,
			contentType: type,
			content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
			contentDisposition: 'attachment',
		})),
		disableFileAccess: true,
		disableUrlAccess: true,
		newline: 'win',
	}).compile();
	node.keepBcc = true;
	return node.build();
}

async function parse(bytes: Uint8Array): Promise<ParsedMail> {
	const email = await PostalMime.parse(bytes, nesting);
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return {
		...headersOf(email),
		bcc: peopleOf(email.bcc),
		headers: clean(buffer.subarray(0, endOfHeaders(buffer)).toString('utf8')),
		text: email.text,
		html: email.html,
		parts: email.attachments.map((attachment, index) => ({
			part: String(index + 1),
			name: attachmentName(attachment),
			type: contentType(attachment.mimeType),
			size: contentOf(attachment).byteLength,
		})),
		contents: email.attachments.map(contentOf),
	};
}

/** What a message's header alone says. */
export async function parseHeader(header: Uint8Array) {
	const email = await PostalMime.parse(header, nesting);
	return { ...headersOf(email), bcc: peopleOf(email.bcc) };
}

export interface Encoded {
	readonly type: string;
	readonly charset: string;
	readonly encoding: string;
}

/** One body part as its sender meant it, whole or its beginning: transfer encoding and charset undone. */
export async function decodePart(part: Encoded, bytes: Uint8Array): Promise<string> {
	if (!/^(us-ascii|ascii|)$/i.test(part.charset)) return decodeAs(part, bytes);
	// What claims to be ASCII is often UTF-8, and where it is not, mostly Windows'.
	const text = await decodeAs({ ...part, charset: 'utf-8' }, bytes);
	return text.slice(0, -1).includes('\ufffd') ? decodeAs({ ...part, charset: 'windows-1252' }, bytes) : text;
}

async function decodeAs({ type, charset, encoding }: Encoded, bytes: Uint8Array): Promise<string> {
	const safe = (value: string) => value.replaceAll(/[^\w.+/-]/g, '');
	const header = `Content-Type: ${safe(type)}; charset="${safe(charset)}"\r\nContent-Transfer-Encoding: ${safe(encoding)}\r\n\r\n`;
	const email = await PostalMime.parse(Buffer.concat([Buffer.from(header), bytes]));
	return (type === 'text/html' ? email.html : email.text) ?? '';
}

function headersOf(email: Email) {
	const date = email.date === undefined ? Number.NaN : Date.parse(email.date);
	return {
		messageId: messageIds(email.messageId ?? '')[0] ?? '',
		inReplyTo: messageIds(email.inReplyTo ?? '')[0] ?? '',
		references: messageIds(email.references ?? ''),
		from: peopleOf(email.from === undefined ? [] : [email.from]),
		replyTo: peopleOf(email.replyTo),
		to: peopleOf(email.to),
		cc: peopleOf(email.cc),
		subject: line(email.subject ?? '', 1_000),
		date: new Date(Number.isNaN(date) ? 0 : date).toISOString(),
		authentication: email.headers
			.filter(({ key }) => key === 'authentication-results')
			.map(({ value }) => clean(value)),
	};
}

/** Most people of one header that are shown; a mail may name ten thousand. */
const mostPeople = 500;

export function peopleOf(addresses: readonly ParsedAddress[] = []): Address[] {
	return addresses
		.flatMap((entry) => entry.group ?? [entry])
		.filter(({ address }) => address !== '')
		.slice(0, mostPeople)
		.map(({ name, address }) => ({ name: line(name, 100), address: line(address, 254) }));
}

function attachmentName({ filename, mimeType }: Attachment): string {
	return fileName(filename ?? '', mimeType === 'message/rfc822' ? 'message.eml' : 'attachment');
}

function contentOf({ content }: Attachment): Uint8Array {
	return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
}

function copy({ name, address }: Address) {
	return { name, address };
}
