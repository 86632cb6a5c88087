import { z } from 'zod';
import { isCurrency } from './decimal.ts';

const id = z
	.string()
	.regex(/^[a-z][a-z0-9-]{0,39}$/, 'is lower-case letters, digits and dashes, beginning with a letter')
	.refine((value) => value !== 'crm', 'crm is the embedded CRM');
const secret = z
	.string()
	.regex(/^(env|file|keychain):.+/, 'is a secret reference: env:NAME, file:/path or keychain:service/account');
const origin = z
	.string()
	.refine((text) => URL.parse(text)?.origin === text, 'is an origin such as https://api.example.com');

const OpenApiConnection = z.strictObject({
	id,
	kind: z.literal('openapi'),
	/** Path or URL. */
	document: z.string().min(1),
	/** In place of the document's own server. */
	server: z.url({ protocol: /^https?$/ }).optional(),
	/** Security scheme of the document to secret reference. */
	auth: z.record(z.string(), secret).default({}),
	/** Origins of this connection that may be private or loopback. */
	allowOrigins: z.array(origin).default([]),
	/** Patterns of operations (`GET /items*`, `listItems`): only these, and never those. */
	allow: z.array(z.string()).default([]),
	deny: z.array(z.string()).default([]),
});
export type OpenApiConnection = z.infer<typeof OpenApiConnection>;

/** A secret that `api_import` may name by its alias; it is only ever sent to these origins. */
const Credential = z.strictObject({ secret, origins: z.array(origin).min(1) });

export const BusinessConfig = z.strictObject({
	currency: z.string().refine(isCurrency, 'is an ISO 4217 code such as EUR').default('EUR'),
	connections: z
		.array(OpenApiConnection)
		.refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'have ids that differ')
		.default([]),
	credentials: z.record(z.string(), Credential).default({}),
	/** Origins that may be private or loopback for imported APIs and their documents. */
	allowOrigins: z.array(origin).default([]),
});
export type BusinessConfig = z.infer<typeof BusinessConfig>;
