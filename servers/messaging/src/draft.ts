import { randomUUID } from 'node:crypto';
import { type Call, Fault } from '@switchboard/kit';
import type { Account, StoredMessage } from './account.ts';
import { domainOf } from './address.ts';
import { attachmentsOf, hashOf } from './attachments.ts';
import type { MessagingPorts, Outgoing } from './ports.ts';
import { checkReach } from './reach.ts';
import { readableText } from './readable.ts';
import { type Envelope, envelopeFor, strangersAmong, type Wanted, warningsFor } from './recipients.ts';
import { draftRef, messageAt } from './refs.ts';
import { renderMail } from './rendered-mail.ts';
import { answerSubject, forwardSubject, passedOn, quoted, threadHeaders } from './reply.ts';

export interface DraftRequest extends Wanted {
	readonly account?: string | undefined;
	readonly kind: 'new' | 'reply' | 'replyAll' | 'forward';
	readonly ref?: string | undefined;
	readonly subject?: string | undefined;
	readonly body: string;
	readonly format: 'text' | 'html';
	readonly attachments: readonly string[];
}

export interface Draft {
	readonly draftRef: string;
	readonly hash: string;
	readonly preview: string;
	readonly recipients: readonly string[];
	readonly warnings: readonly string[];
}

/** Largest message that is taken for a draft, its attachments encoded. */
export const mostSource = 150 * 1024 * 1024;

/** Writes a draft into the account's drafts; nothing leaves. */
export async function writeDraft(request: DraftRequest, ports: MessagingPorts, call: Call): Promise<Draft> {
	const { signal } = call;
	const original = await originalOf(request, ports, signal);
	const account = ports.accounts.get(request.account ?? original?.at.account);
	const answers = request.kind === 'reply' || request.kind === 'replyAll';
	const envelope = envelopeFor(
		account,
		request,
		original && answers ? { original, all: request.kind === 'replyAll' } : undefined,
	);
	const recipients = [...envelope.to, ...envelope.cc, ...envelope.bcc].map(({ address }) => address);
	checkReach(account, recipients);
	const body = await bodyOf(request, original, ports);
	const attachments = await attachmentsOf(
		request.attachments,
		request.kind === 'forward' ? original : undefined,
		ports,
		call,
	);
	const mail: Outgoing = {
		...envelope,
		...body.content,
		...(original !== undefined && answers ? threadHeaders(original) : { references: [] }),
		from: account.self,
		subject: subjectOf(request, original),
		messageId: `<${randomUUID()}@${domainOf(account.self.address)}>`,
		date: new Date(),
		attachments,
	};
	const at = await account.append('drafts', await ports.mime.compose(mail), ['draft', 'seen'], signal);
	// Some servers store a message in another form than they took it: what will be sent is what they store.
	const stored = await account.source(at, mostSource, signal);
	const strangers = await strangersAmong(account, envelope, signal);
	return {
		draftRef: draftRef(at),
		hash: hashOf(stored),
		preview: previewFor(account, envelope, mail, request, body.own, original),
		recipients,
		warnings: [
			...(mail.subject.trim() === '' ? ['No subject.'] : []),
			...warningsFor(account, envelope, strangers, answers ? original : undefined),
		],
	};
}

async function originalOf(
	{ kind, ref }: DraftRequest,
	{ accounts }: MessagingPorts,
	signal: AbortSignal,
): Promise<StoredMessage | undefined> {
	if (kind === 'new') {
		if (ref !== undefined) throw new Fault('invalid_input', 'ref goes with kind reply, replyAll or forward.');
		return undefined;
	}
	if (ref === undefined)
		throw new Fault('invalid_input', `A ${kind} needs the ref of the message it is about.`, {
			hint: 'msg_search finds it.',
		});
	const at = messageAt(ref);
	return accounts.get(at.account).read(at, signal);
}

function subjectOf({ kind, subject }: DraftRequest, original: StoredMessage | undefined): string {
	if (subject !== undefined) return subject;
	if (original === undefined) return '';
	return kind === 'forward' ? forwardSubject(original.subject) : answerSubject(original.subject);
}

/** The body with what it quotes, and the part of it that the caller wrote. */
async function bodyOf(
	{ kind, body, format }: DraftRequest,
	original: StoredMessage | undefined,
	{ readHtml }: MessagingPorts,
) {
	const below =
		original === undefined
			? ''
			: (kind === 'forward' ? passedOn : quoted)(original, (await readableText(original, readHtml)).text);
	if (format === 'text') return { own: body, content: { text: below === '' ? body : `${body}\n\n${below}\n` } };
	const { text, hidden } = await readHtml(body);
	// A human approves what a reader sees, so that is all there may be.
	if (hidden > 0)
		throw new Fault('invalid_input', `The HTML body has ${hidden} characters that its reader would not see.`, {
			hint: 'Leave them out, or use format text.',
		});
	const html =
		below === '' ? body : `${body}<br><br><blockquote style="white-space: pre-wrap">${escaped(below)}</blockquote>`;
	return { own: text, content: { text: below === '' ? text : `${text}\n\n${below}\n`, html } };
}

/** What the model that wrote the draft reads: its own words, and of anybody else's only how much there is. */
function previewFor(
	account: Account,
	envelope: Envelope,
	mail: Outgoing,
	{ kind, subject }: DraftRequest,
	own: string,
	original: StoredMessage | undefined,
): string {
	const bare = (people: Envelope['to']) => people.map(({ address }) => ({ name: '', address }));
	const prefix = kind === 'forward' ? 'Fwd: ' : 'Re: ';
	return renderMail({
		account: account.id,
		from: mail.from,
		to: bare(envelope.to),
		cc: bare(envelope.cc),
		bcc: bare(envelope.bcc),
		subject: subject ?? (original === undefined ? '' : `${prefix}[subject of the original]`),
		body:
			original === undefined ? own : `${own}\n\n[the original follows, ${kind === 'forward' ? 'passed on' : 'quoted'}]`,
		attachments: mail.attachments.map(({ name, type, content }, index) => ({
			name:
				index < mail.attachments.length - (kind === 'forward' ? (original?.parts.length ?? 0) : 0)
					? name
					: `[attachment ${index + 1} of the original]`,
			type,
			size: content.byteLength,
			sha256: hashOf(content),
		})),
	});
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
