import { setTimeout as wait } from 'node:timers/promises';
import { asFault, type Call, Fault, type Preparation } from '@switchboard/kit';
import { distinct, isOwn } from './address.ts';
import { hashOf, mostSource } from './draft.ts';
import { withoutBcc } from './header-block.ts';
import type { Account, Delivery, MessagingPorts, OutboxEntry, ParsedMail } from './ports.ts';
import { checkReach } from './reach.ts';
import { readableText } from './readable.ts';
import { draftAt } from './refs.ts';
import { renderMail } from './rendered-mail.ts';

export interface SendRequest {
	readonly draftRef: string;
	readonly hash: string;
}

export interface Receipt extends Delivery {
	readonly id: string;
	readonly status: 'sent' | 'partial' | 'duplicate';
	readonly account: string;
	readonly messageId: string;
	readonly at: string;
	readonly idempotencyKey: string;
	/** What went wrong behind the sending. */
	readonly warnings: readonly string[];
}

/** A draft as it will go out. */
interface Outbound {
	readonly account: Account;
	readonly messageId: string;
	readonly recipients: readonly string[];
	readonly bytes: Uint8Array;
	readonly preview: string;
}

/** What sending this draft would do; of one that has gone out already, what was decided on then. */
export async function prepareSend(request: SendRequest, ports: MessagingPorts, call: Call): Promise<Preparation> {
	const gone = goneOut(request, ports);
	const { account, recipients, preview } =
		gone === undefined
			? await outboundOf(request, ports, call.signal)
			: { account: ports.accounts.get(gone.account), recipients: gone.recipients, preview: gone.prepared.preview };
	return {
		effect: account.reach === 'self' ? 'write' : 'send',
		targets: [
			{ kind: 'account', value: account.id },
			...recipients.map((value) => ({ kind: 'recipient' as const, value })),
		],
		preview,
		reversible: account.reach === 'self',
		state: { hash: request.hash },
	};
}

/** Sends a draft once, whatever happens: claimed before the first byte, never handed over again after it might have been taken. */
export async function sendDraft(request: SendRequest, ports: MessagingPorts, call: Call): Promise<Receipt> {
	const gone = goneOut(request, ports);
	if (gone !== undefined) return again(gone, ports, call);
	const { account, messageId, recipients, bytes, preview } = await outboundOf(request, ports, call.signal);
	const prepared = { hash: request.hash, preview };
	const { mine, entry } = ports.outbox.claim({
		account: account.id,
		messageId,
		draftRef: request.draftRef,
		recipients,
		prepared,
	});
	if (!mine) return again(entry, ports, call);
	const mail = { messageId, from: account.self.address, recipients, bytes: withoutBcc(bytes) };
	try {
		const delivery = await account.submit(mail, () => ports.outbox.sending(entry.id), call.signal);
		const sent = ports.outbox.settle(entry.id, delivery.rejected.length > 0 ? 'partial' : 'sent', delivery);
		return receiptOf(sent, call, await finish(sent, ports, call.signal));
	} catch (error) {
		const fault = asFault(error);
		if (fault.kind !== 'unknown_outcome') {
			ports.outbox.settle(entry.id, 'failed');
			throw error;
		}
		const found = await lookFor(ports.outbox.settle(entry.id, 'unknown'), ports, lookups, call.signal);
		if (found === undefined) throw stillUnknown(entry.id, error);
		return receiptOf(found, call, await finish(found, ports, call.signal));
	}
}

/** Pauses between looks for a message whose hand-over went unanswered: delivery takes a moment. */
const lookups = [300, 1_200, 2_500];

/** Settles an entry of unknown outcome as sent if a trace of its message is found; undefined where none is. */
export async function lookFor(
	entry: OutboxEntry,
	ports: MessagingPorts,
	pauses: readonly number[],
	signal: AbortSignal,
): Promise<OutboxEntry | undefined> {
	const account = ports.accounts.get(entry.account);
	for (const pause of [...pauses, 0]) {
		const traces = await account.related([entry.messageId], signal);
		// The message itself in a folder of the owner's, an answer to it, or the report that it came back.
		if (traces.length > 0) return ports.outbox.settle(entry.id, 'sent', { accepted: entry.recipients, rejected: [] });
		if (pause > 0) await wait(pause, undefined, { signal });
	}
	return undefined;
}

/** Keeps the copy of what was sent and removes its draft; returns what did not work, since the mail itself has gone. */
export async function finish(entry: OutboxEntry, ports: MessagingPorts, signal: AbortSignal): Promise<string[]> {
	if (entry.finished) return [];
	const account = ports.accounts.get(entry.account);
	const at = draftAt(entry.draftRef);
	try {
		const [draft] = await account.summaries([at], signal);
		if (draft !== undefined && !account.copiesSent)
			await account.append('sent', await account.source(at, mostSource, signal), ['seen'], signal);
		if (draft !== undefined) await account.destroy([at], signal);
		ports.outbox.finish(entry.id);
		return [];
	} catch (error) {
		return [`The mail was sent, but its copy or draft was not put in order: ${asFault(error).message}`];
	}
}

/** The entry of a draft that was handed over or is being so. */
function goneOut({ draftRef, hash }: SendRequest, { outbox }: MessagingPorts): OutboxEntry | undefined {
	const entry = outbox.ofDraft(draftRef);
	if (entry === undefined || entry.state === 'failed') return undefined;
	if (entry.prepared.hash !== hash) throw changed();
	if (entry.state === 'cancelled')
		throw new Fault('conflict', 'This draft was cancelled in the outbox.', {
			hint: 'Draft it anew to send it after all.',
		});
	return entry;
}

async function again(entry: OutboxEntry, ports: MessagingPorts, call: Call): Promise<Receipt> {
	if (entry.state === 'claimed' || entry.state === 'sending') {
		throw new Fault('conflict', 'This draft is being sent at this moment.', {
			hint: 'msg_outbox tells how that ends.',
		});
	}
	const settled = entry.state === 'unknown' ? await lookFor(entry, ports, [], call.signal) : entry;
	if (settled === undefined) throw stillUnknown(entry.id);
	const warnings = await finish(settled, ports, call.signal);
	return { ...receiptOf(settled, call, warnings), status: 'duplicate' };
}

function receiptOf(entry: OutboxEntry, { idempotencyKey }: Call, warnings: readonly string[]): Receipt {
	const { id, account, messageId, accepted, rejected, state, settledAt, createdAt } = entry;
	return {
		id,
		status: state === 'partial' ? 'partial' : 'sent',
		account,
		messageId,
		accepted,
		rejected,
		at: settledAt ?? createdAt,
		idempotencyKey,
		warnings,
	};
}

async function outboundOf(
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

function changed(): Fault {
	return new Fault('conflict', 'The draft is not the one of this hash.', {
		hint: 'It was changed since; draft it anew and send that.',
	});
}

function stillUnknown(id: string, cause?: unknown): Fault {
	return new Fault(
		'unknown_outcome',
		`Whether the mail server took the message is not known, and no trace of it was found (outbox entry ${id}). It is not sent again.`,
		{
			hint: 'msg_outbox with action settle looks again later; to send it anyway, ask the owner and draft it anew.',
			cause,
		},
	);
}
