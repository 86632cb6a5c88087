import type { Readable } from 'node:stream';
import type { Address } from './address.ts';

/** Where a message is. UIDs mean nothing once the folder's `validity` has changed. */
export interface Location {
	readonly account: string;
	readonly folder: string;
	readonly validity: string;
	readonly uid: number;
}

export const folderRoles = ['inbox', 'drafts', 'sent', 'archive', 'trash', 'junk', 'all', 'notifications'] as const;
export type FolderRole = (typeof folderRoles)[number];

export interface Folder {
	readonly path: string;
	readonly role?: FolderRole;
	readonly messages?: number;
	readonly unread?: number;
}

/** What a list shows of a message. Text in it has been cleaned. */
export interface Summary {
	readonly at: Location;
	readonly messageId: string;
	readonly inReplyTo: string;
	/** Message-IDs, eldest first. */
	readonly references: readonly string[];
	readonly from: readonly Address[];
	readonly replyTo: readonly Address[];
	readonly to: readonly Address[];
	readonly cc: readonly Address[];
	readonly subject: string;
	/** When it arrived, ISO 8601. */
	readonly date: string;
	/** `seen`, `flagged`, `answered`, `draft`, and keywords. */
	readonly flags: readonly string[];
	readonly size: number;
	readonly attachments: number;
	readonly preview: string;
	/** Authentication-Results as the headers have them, topmost first. */
	readonly authentication: readonly string[];
}

export interface Part {
	readonly part: string;
	/** As the sender named it, cleaned. */
	readonly name: string;
	readonly type: string;
	readonly size: number;
}

/** A message as far as it is read: its texts whole up to a limit, its attachments by name. */
export interface StoredMessage extends Summary {
	readonly bcc: readonly Address[];
	readonly headers: string;
	readonly text: string | undefined;
	readonly html: string | undefined;
	/** Texts longer than the limit were cut. */
	readonly cut: boolean;
	readonly parts: readonly Part[];
}

export interface Query {
	readonly text?: string | undefined;
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly subject?: string | undefined;
	/** Days, `YYYY-MM-DD`: from this one on, and up to but without that one. */
	readonly since?: string | undefined;
	readonly before?: string | undefined;
	readonly unread?: boolean | undefined;
	readonly flagged?: boolean | undefined;
	readonly hasAttachment?: boolean | undefined;
}

export interface Page {
	/** Newest first. */
	readonly items: readonly Summary[];
	/** Where to go on below; absent at the end. */
	readonly next?: { readonly validity: string; readonly below: number };
}

export type FlagChange = { readonly add: readonly string[]; readonly remove: readonly string[] };

/** What became of one message of many: gone before, or where it is now. */
export type Moved = { readonly found: false } | { readonly found: true; readonly now?: Location };

export interface Mail {
	readonly messageId: string;
	readonly from: string;
	readonly recipients: readonly string[];
	/** The message as recipients get it. */
	readonly bytes: Uint8Array;
}

export interface Delivery {
	readonly accepted: readonly string[];
	readonly rejected: readonly { readonly recipient: string; readonly reason: string }[];
}

/**
 * One account, whatever it talks to; the suite in `test/account-suite.ts` says what each kind must do.
 * Messages cross it as RFC 5322 bytes, so that a kind that is not e-mail renders its own as such.
 */
export interface Account {
	readonly id: string;
	readonly kind: string;
	readonly self: Address;
	/** Every address that is the owner's here, `self` included. */
	readonly own: readonly string[];
	/** `self`: it delivers to nobody but its owner. */
	readonly reach: 'self' | 'anyone';
	/** The provider keeps the copy of what was sent. */
	readonly copiesSent: boolean;
	/** Succeeds where any other call could; opens what they would open. */
	check(signal: AbortSignal): Promise<void>;
	folders(signal: AbortSignal): Promise<readonly Folder[]>;
	createFolder(path: string, signal: AbortSignal): Promise<Folder>;
	search(
		folder: string,
		query: Query,
		page: { readonly limit: number; readonly from?: Page['next'] },
		signal: AbortSignal,
	): Promise<Page>;
	/** Those of these messages that are still there. */
	summaries(at: readonly Location[], signal: AbortSignal): Promise<readonly Summary[]>;
	/** Messages outside drafts, junk and trash that have one of these Message-IDs, or answer one. */
	related(messageIds: readonly string[], signal: AbortSignal): Promise<readonly Summary[]>;
	/** Never marks a message as seen. */
	read(at: Location, signal: AbortSignal): Promise<StoredMessage>;
	source(at: Location, limit: number, signal: AbortSignal): Promise<Uint8Array>;
	/** Hands the content over while it streams in. */
	attachment<T>(
		at: Location,
		part: string,
		take: (about: Part, content: Readable) => Promise<T>,
		signal: AbortSignal,
	): Promise<T>;
	append(folder: string, bytes: Uint8Array, flags: readonly string[], signal: AbortSignal): Promise<Location>;
	flag(at: readonly Location[], change: FlagChange, signal: AbortSignal): Promise<readonly Moved[]>;
	move(at: readonly Location[], folder: string, signal: AbortSignal): Promise<readonly Moved[]>;
	/** For good. */
	destroy(at: readonly Location[], signal: AbortSignal): Promise<readonly Moved[]>;
	/**
	 * Hands a mail over. `beforeContent` runs before the first byte of its content goes out; a failure before that means that
	 * nothing was sent, and one whose outcome cannot be known is a Fault `unknown_outcome`.
	 */
	submit(mail: Mail, beforeContent: () => void, signal: AbortSignal): Promise<Delivery>;
	close(): Promise<void>;
}
