import { randomUUID } from 'node:crypto';
import type { ServerContext } from '@modelcontextprotocol/server';
import type { Artifacts, SessionArtifacts } from './artifacts.ts';
import type { Call } from './call.ts';
import type { Log } from './log.ts';
import { parseOrFault } from './schema.ts';
import type { Secrets } from './secrets.ts';
import type { ContentBlock } from './skill.ts';
import { type Artifact, CallMeta, metaKeys } from './wire.ts';

/** What a host may say of a Call: it names no folders and decides nothing, it may only ask for less. */
const HostMeta = CallMeta.pick({ idempotencyKey: true, dryRun: true, prepare: true }).partial();

/** Who calls: what the Gateway says, or, started directly by a host, the owner in this process's one Session. */
export function callMetaOf({ mcpReq }: Pick<ServerContext, 'mcpReq'>, standaloneSession: string | undefined): CallMeta {
	const sent = (mcpReq._meta as Record<string, unknown> | undefined)?.[metaKeys.call];
	if (standaloneSession === undefined) return parseOrFault(CallMeta, sent, `_meta["${metaKeys.call}"]`);
	const asked = parseOrFault(HostMeta, sent ?? {}, `_meta["${metaKeys.call}"]`);
	return { ...asked, id: randomUUID(), session: standaloneSession, principal: 'owner' };
}

export interface Gathered {
	readonly blocks: ContentBlock[];
	readonly artifacts: Artifact[];
}

/** A Call as its Skill sees it; what the Skill attaches and puts is gathered for the result. */
export function callOf(
	meta: CallMeta,
	{ mcpReq }: ServerContext,
	{ log, secrets, artifacts }: { readonly log: Log; readonly secrets: Secrets; readonly artifacts: Artifacts },
	gathered: Gathered,
): Call {
	const token = (mcpReq._meta as { progressToken?: string | number } | undefined)?.progressToken;
	const next = risingProgress();
	return {
		id: meta.id,
		session: meta.session,
		principal: meta.principal,
		roots: meta.roots ?? [],
		origins: meta.origins ?? [],
		idempotencyKey: meta.idempotencyKey ?? meta.id,
		signal: mcpReq.signal,
		log,
		artifacts: recording(artifacts.of(meta.session), gathered.artifacts),
		progress(message, done, total) {
			if (token === undefined || mcpReq.signal.aborted) return;
			const params = {
				progressToken: token,
				progress: next(done),
				message: secrets.scrub(message),
				...(total !== undefined && { total }),
			};
			// Progress is a courtesy: a host that has gone must not fail the work.
			mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
		},
		attach(block) {
			gathered.blocks.push(block);
		},
	};
}

/** The protocol wants every progress greater than the one before; a Skill may repeat itself or count in no unit. */
function risingProgress(): (done: number | undefined) => number {
	let last = 0;
	return (done) => {
		if (done === undefined) last = Math.floor(last) + 1;
		else last = done > last ? done : last + 0.001;
		return last;
	};
}

/** Artifacts a Call makes are named in its result. */
function recording(artifacts: SessionArtifacts, made: Artifact[]): SessionArtifacts {
	return {
		...artifacts,
		async put(content, about) {
			const artifact = await artifacts.put(content, about);
			if (!made.some(({ uri }) => uri === artifact.uri)) made.push(artifact);
			return artifact;
		},
	};
}
