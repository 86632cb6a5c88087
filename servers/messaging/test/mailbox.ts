import { randomUUID } from 'node:crypto';
import { connect, type TestAgent } from '@switchboard/kit/testing';
import type { z } from 'zod';
import type { MailServers } from '../../../tests/support/mail.ts';
import { messaging } from '../src/agent.ts';
import type { ImapSettings } from '../src/config.ts';

/** The settings of a user of the test servers. */
export function settingsOf(
	servers: MailServers,
	name: string,
	changes: Partial<z.input<typeof ImapSettings>> = {},
): Record<string, unknown> {
	const variable = `TEST_${name.toUpperCase()}_PASSWORD`;
	process.env[variable] = `${name}-password`;
	return {
		id: name,
		kind: 'imap',
		address: `${name}@example.test`,
		name: name.slice(0, 1).toUpperCase() + name.slice(1),
		imap: { host: '127.0.0.1', port: servers.imap.tlsPort },
		smtp: { host: '127.0.0.1', port: servers.smtp.port, tls: 'starttls' },
		password: `env:${variable}`,
		ca: servers.ca,
		...changes,
	};
}

export interface Mailbox extends TestAgent {
	/** Calls a Skill and gives back its structured content; throws where it fails. */
	do<T = Record<string, never>>(name: string, args?: Record<string, unknown>, key?: string): Promise<T>;
}

export async function openMailbox(
	accounts: readonly Record<string, unknown>[],
	config: Record<string, unknown> = {},
	stateFolder?: string,
): Promise<Mailbox> {
	const agent = await connect(messaging, {
		config: { accounts, ...config },
		...(stateFolder !== undefined && { stateFolder }),
	});
	return {
		...agent,
		async do<T>(name: string, args: Record<string, unknown> = {}, key?: string): Promise<T> {
			const result = await agent.call(name, args, key === undefined ? {} : { idempotencyKey: key });
			if (result.isError) throw new Error(JSON.stringify(result.content));
			return result.structuredContent as T;
		},
	};
}

/** A raw message, its header fields as given. */
export function raw(headers: Readonly<Record<string, string>>, body = 'Hello.\n'): string {
	const all = {
		From: 'Bob Miller <bob@example.test>',
		To: 'ada@example.test',
		Subject: 'Hello',
		Date: 'Sun, 22 Nov 2026 10:00:00 +0000',
		'Message-ID': `<${randomUUID()}@example.test>`,
		...headers,
	};
	return `${Object.entries(all)
		.map(([name, value]) => `${name}: ${value}\n`)
		.join('')}\n${body}`;
}

/** The value of a header field of a raw message, unfolded. */
export function header(message: string, name: string): string | undefined {
	const head = message.slice(0, message.search(/\r?\n\r?\n/));
	return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head.replaceAll(/\r?\n[ \t]+/g, ' '))?.[1]?.trim();
}

export interface FoundItems {
	readonly items: readonly {
		ref: string;
		account: string;
		folder: string;
		from: string;
		to: string;
		subject: string;
		preview: string;
		date: string;
		flags: string[];
		attachments: number;
		thread: string;
	}[];
	readonly nextCursor?: string;
	readonly partialFailures: readonly { account: string; fault: string; message: string }[];
}

export interface DraftMade {
	readonly draftRef: string;
	readonly hash: string;
	readonly preview: string;
	readonly recipients: readonly string[];
	readonly warnings: readonly string[];
}

export interface Sent {
	readonly id: string;
	readonly status: string;
	readonly messageId: string;
	readonly accepted: readonly string[];
	readonly rejected: readonly { recipient: string; reason: string }[];
	readonly warnings: readonly string[];
}
