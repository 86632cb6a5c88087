import { z } from 'zod';
import { isAddress } from './address.ts';

const SecretReference = z
	.string()
	.regex(
		/^(env|file|keychain):.+/,
		'must be a reference (env:NAME, file:/absolute/path or keychain:service/account), never the secret itself',
	);
const EmailAddress = z.string().refine(isAddress, 'is not an e-mail address');

const Server = z.strictObject({
	host: z.string().min(1),
	port: z.int().min(1).max(65_535).optional(),
	tls: z.enum(['implicit', 'starttls']).default('implicit'),
});
export type Server = z.infer<typeof Server>;

export const ImapSettings = z
	.strictObject({
		id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'is 1 to 32 of a-z, 0-9, _ and -'),
		kind: z.literal('imap'),
		address: EmailAddress,
		name: z.string().default(''),
		/** Further addresses of the owner that arrive here. */
		aliases: z.array(EmailAddress).default([]),
		imap: Server,
		smtp: Server,
		/** The log-in name, where it is not the address. */
		user: z.string().min(1).optional(),
		password: SecretReference.optional(),
		/** An OAuth 2 access token (XOAUTH2) in place of a password. */
		accessToken: SecretReference.optional(),
		/** A PEM file with the certificate authority of servers that no public one vouches for. */
		ca: z.string().optional(),
		/** `server` for providers that file what was sent by themselves. */
		sentCopy: z.enum(['append', 'server']).default('append'),
		/** The name under which the receiving server records SPF, DKIM and DMARC. */
		authserv: z.string().optional(),
	})
	.refine(
		({ password, accessToken }) => (password === undefined) !== (accessToken === undefined),
		'needs either password or accessToken',
	);
export type ImapSettings = z.infer<typeof ImapSettings>;

export const messagingConfig = z.strictObject({
	accounts: z
		.array(ImapSettings)
		.default([])
		.refine(
			(accounts) => new Set(accounts.map(({ id }) => id)).size === accounts.length,
			'two accounts have the same id',
		)
		.refine((accounts) => accounts.every(({ id }) => id !== 'local'), 'the id local belongs to the embedded account'),
	localAddress: EmailAddress.default('me@localhost'),
	localName: z.string().default('Me'),
	callSeconds: z.int().min(1).max(600).default(30),
	idleSeconds: z.int().min(1).max(3_600).default(60),
	attachmentMegabytes: z.int().min(1).max(100).default(20),
});
export type MessagingConfig = z.infer<typeof messagingConfig>;
