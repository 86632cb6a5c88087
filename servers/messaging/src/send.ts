import { asFault, type Call, Fault, type Preparation } from '@switchboard/kit';
import type { Delivery } from './account.ts';
import { withoutBcc } from './header-block.ts';
import { changed, outboundOf, type SendRequest } from './outbound.ts';
import type { MessagingPorts, OutboxEntry } from './ports.ts';
import { finish, lookFor } from './settle.ts';

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
const lookups = [300, 700, 1_500];

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
