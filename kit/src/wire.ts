import { z } from 'zod';
import { Effect, Target, TargetKind } from './effect.ts';

/** The keys under `_meta` that Gateway and Agents understand; hosts may ignore them all. */
export const metaKeys = {
	/** On a request: who calls, in which session, under which id. */
	call: 'switchboard/call',
	/** On `tools/list`: `true` asks for Cards; on each tool of the answer: the Card. */
	card: 'switchboard/card',
	/** On a failed result: the Fault. */
	fault: 'switchboard/fault',
	/** On the answer to a prepare: what the Call would do. */
	prepared: 'switchboard/prepared',
	/** On a result: it holds text from outside, fenced with this nonce. */
	outside: 'switchboard/outside',
	/** On a result: the Artifacts it made. */
	artifacts: 'switchboard/artifacts',
} as const;

/** The notification by which the Gateway tells an Agent that a Session is over. */
export const sessionEndedMethod = 'notifications/switchboard/session_ended';

export const CallMeta = z.object({
	id: z.string().min(1),
	session: z.string().min(1),
	principal: z.string().min(1),
	/** Folders this Session may work in, by absolute path, its working folder first. */
	roots: z.array(z.string()).optional(),
	/** Origins the owner himself named in this Session, which it may reach although they are private. */
	origins: z.array(z.string()).optional(),
	/** One effect per key, however often it is sent. The host's own, else absent. */
	idempotencyKey: z.string().min(1).max(200).optional(),
	/** Answer what the Call would do, having done nothing. */
	prepare: z.boolean().optional(),
	/** Do only what the prepare of this digest said. */
	digest: z.string().optional(),
	/** Answer the preview instead of doing it. */
	dryRun: z.boolean().optional(),
});
export type CallMeta = z.infer<typeof CallMeta>;

/** What a Call would do, and the digest that binds the doing to it. */
export const Prepared = z.object({
	effect: Effect,
	targets: z.array(Target),
	/** Plain text a human can decide on. */
	preview: z.string(),
	digest: z.string(),
	reversible: z.boolean().optional(),
});
export type Prepared = z.infer<typeof Prepared>;

export const Source = z.enum(['own', 'outside']);
export type Source = z.infer<typeof Source>;

export const World = z.enum(['closed', 'open']);
export type World = z.infer<typeof World>;

const JsonSchema = z.record(z.string(), z.unknown());

/** The part of a Skill that is data: what the Gateway indexes, judges and shows. */
export const Card = z.object({
	name: z.string(),
	title: z.string(),
	description: z.string(),
	inputSchema: JsonSchema,
	outputSchema: JsonSchema.optional(),
	effect: Effect,
	world: World,
	reversible: z.boolean(),
	idempotent: z.boolean(),
	/** Which inputs name what is acted on, by property name. */
	targets: z.record(z.string(), TargetKind),
	/** The Agent must be asked what a Call would do before anyone decides on it. */
	prepares: z.boolean(),
	source: Source,
	/** What comes back is the owner's own and should not leave unasked. */
	private: z.boolean(),
	/** Question for a human, with `{input}` placeholders. */
	confirm: z.string().optional(),
	/** Instructions in plain words that this Skill serves. */
	examples: z.array(z.string()),
});
export type Card = z.infer<typeof Card>;

/** A file that travels between Agents by reference, named by its content. */
export const Artifact = z.object({
	uri: z.string(),
	sha256: z.string(),
	size: z.int(),
	name: z.string(),
	mimeType: z.string(),
	source: Source,
	/** Where it came from, when it came from outside: an URL, a sender. */
	origin: z.string().optional(),
});
export type Artifact = z.infer<typeof Artifact>;

const artifactUriPattern = /^switchboard:\/\/artifact\/([0-9a-f]{64})$/;

/** An input that takes an Artifact by its URI. */
export const ArtifactUri = z
	.string()
	.regex(artifactUriPattern, 'is not an artifact URI (switchboard://artifact/<sha256>)');

export function artifactUri(sha256: string): string {
	return `switchboard://artifact/${sha256}`;
}

/** The SHA-256 an artifact URI names, or undefined where it is none. */
export function artifactDigest(uri: string): string | undefined {
	return artifactUriPattern.exec(uri)?.[1];
}
