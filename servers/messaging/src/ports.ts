import type { Account, Delivery, StoredMessage } from './account.ts';
import type { Address } from './address.ts';

export interface Accounts {
	/** In the order of the configuration, `local` last. */
	readonly all: readonly Account[];
	/** The account of this id, or the first; an id that is not configured is a Fault that lists those that are. */
	get(id?: string): Account;
	/** Finds trusted Authentication-Results by the name the account's server signs them with. */
	authservOf(id: string): string | undefined;
}

export interface OutgoingAttachment {
	readonly name: string;
	readonly type: string;
	readonly content: Uint8Array;
}

export interface Outgoing {
	readonly messageId: string;
	readonly date: Date;
	readonly from: Address;
	readonly to: readonly Address[];
	readonly cc: readonly Address[];
	readonly bcc: readonly Address[];
	readonly subject: string;
	readonly text: string;
	readonly html?: string;
	readonly inReplyTo?: string;
	readonly references: readonly string[];
	readonly attachments: readonly OutgoingAttachment[];
}

/** A message taken apart, with its attachments' content. */
export interface ParsedMail extends Omit<StoredMessage, 'at' | 'flags' | 'size' | 'preview' | 'attachments' | 'cut'> {
	readonly contents: readonly Uint8Array[];
}

export interface Mime {
	/** Bcc included: a draft must remember it. */
	compose(mail: Outgoing): Promise<Uint8Array>;
	parse(bytes: Uint8Array): Promise<ParsedMail>;
}

export interface HtmlText {
	readonly text: string;
	/** Characters that a reader of the rendered mail would not have seen, left out of `text`. */
	readonly hidden: number;
	readonly links: number;
	/** Links whose text names another host than they lead to. */
	readonly deceptive: number;
}

export type ReadHtml = (html: string) => Promise<HtmlText>;

export type OutboxState = 'claimed' | 'sending' | 'sent' | 'partial' | 'failed' | 'unknown' | 'cancelled';

export interface OutboxEntry extends Delivery {
	readonly id: string;
	readonly account: string;
	readonly messageId: string;
	readonly draftRef: string;
	readonly recipients: readonly string[];
	readonly state: OutboxState;
	readonly createdAt: string;
	readonly settledAt: string | undefined;
	/** Its copy is kept and its draft removed. */
	readonly finished: boolean;
	/** What was decided on before it went out, so that asking again finds the same. */
	readonly prepared: { readonly hash: string; readonly preview: string };
}

/** The durable record of what was handed over, so that no draft goes out twice. */
export interface Outbox {
	/** Takes the draft for sending, or gives back the entry that has taken it before. */
	claim(entry: Pick<OutboxEntry, 'account' | 'messageId' | 'draftRef' | 'recipients' | 'prepared'>): {
		readonly mine: boolean;
		readonly entry: OutboxEntry;
	};
	/** From here on a crash leaves the outcome unknown. */
	sending(id: string): void;
	settle(id: string, state: OutboxState, delivery?: Delivery): OutboxEntry;
	finish(id: string): void;
	get(id: string): OutboxEntry | undefined;
	ofDraft(draftRef: string): OutboxEntry | undefined;
	/** Newest first. */
	list(limit: number): readonly OutboxEntry[];
}

export interface Notification {
	readonly title: string;
	readonly body: string;
	readonly priority: 'low' | 'normal' | 'high';
	readonly dedupeKey?: string | undefined;
}

export interface NotificationReceipt {
	readonly status: 'sent' | 'duplicate';
	readonly id?: string;
}

/** One way to reach the owner; later kinds (push, webhook) are further entries of `MessagingPorts.notify`. */
export type Notify = (notification: Notification, signal: AbortSignal) => Promise<NotificationReceipt>;

export interface MessagingPorts {
	readonly accounts: Accounts;
	readonly mime: Mime;
	readonly readHtml: ReadHtml;
	readonly outbox: Outbox;
	readonly notify: { readonly local: Notify; readonly desktop: Notify };
	/** Most bytes of attachments in one mail. */
	readonly attachmentLimit: number;
}
