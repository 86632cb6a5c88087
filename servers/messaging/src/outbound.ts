import { Fault } from '@switchboard/kit';
import type { Account } from './account.ts';
import { distinct, isOwn } from './address.ts';
import { hashOf } from './attachments.ts';
import { mostSource } from './draft.ts';
import type { MessagingPorts, ParsedMail } from './ports.ts';
import { checkReach } from './reach.ts';
import { readableText } from './readable.ts';
import { draftAt } from './refs.ts';
import { renderMail } from './rendered-mail.ts';

/** A draft by the reference and the hash that msg_draft gave. */
export interface SendRequest {
	readonly draftRef: string;
	readonly hash: string;
}

/** A draft as it will go out. */
export interface Outbound {
	readonly account: Account;
	readonly messageId: string;
	readonly recipients: readonly string[];
	readonly bytes: Uint8Array;
	readonly preview: string;
}

/** The draft as it is stored, if it is the one of this hash. */
export async function outboundOf(
	{ draftRef, hash }: SendRequest,
	ports: MessagingPorts,
	signal: AbortSignal,
): Promise<Outbound> {
	const at = draftAt(draftRef);
	const account = ports.accounts.get(at.account);
	const bytes = await account.source(at, mostSource, signal);
	if (hashOf(bytes) !== hash) throw changed();
	const mail = await ports.mime.parse(bytes);
	if (
		mail.from.length !== 1 ||
		!mail.from.every(({ address }) => isOwn(address, account.own)) ||
		mail.messageId === ''
	) {
		throw new Fault('invalid_input', 'draftRef names a message that is no draft of this account.', {
			hint: 'Use the draftRef that msg_draft gave.',
		});
	}
	const recipients = distinct([...mail.to, ...mail.cc, ...mail.bcc]).map(({ address }) => address);
	checkReach(account, recipients);
	return { account, messageId: mail.messageId, recipients, bytes, preview: await previewOfDraft(account, mail, ports) };
}

async function previewOfDraft(account: Account, mail: ParsedMail, { readHtml }: MessagingPorts): Promise<string> {
	const { from, to, cc, bcc, subject, parts, contents } = mail;
	const { text } = await readableText(mail, readHtml);
	const attachments = parts.map((part, index) => ({ ...part, sha256: hashOf(contents[index] ?? new Uint8Array()) }));
	return renderMail({
		account: account.id,
		from: from[0] ?? account.self,
		to,
		cc,
		bcc,
		subject,
		body: text,
		attachments,
	});
}

export function changed(): Fault {
	return new Fault('conflict', 'The draft is not the one of this hash.', {
		hint: 'It was changed since; draft it anew and send that.',
	});
}
