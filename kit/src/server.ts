import { randomUUID } from 'node:crypto';
import {
	acceptedContent,
	CLIENT_CAPABILITIES_META_KEY,
	inputRequired,
	Server,
	type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Agent, checkSkills } from './agent.ts';
import type { Artifacts, SessionArtifacts } from './artifacts.ts';
import type { Call } from './call.ts';
import type { Claims } from './claims.ts';
import type { Effect } from './effect.ts';
import { asFault, Fault } from './fault.ts';
import type { Log } from './log.ts';
import { faultResult, type Performance, perform, prepare, preparedResult, type SkillResult } from './perform.ts';
import type { Secrets } from './secrets.ts';
import { type AnySkill, annotationsOf, type ContentBlock, cardOf } from './skill.ts';
import { type Artifact, artifactDigest, CallMeta, metaKeys, sessionEndedMethod } from './wire.ts';

/** What a running Agent holds beside its ports; one per process, shared by all connections. */
export interface AgentRuntime<Ports> {
	readonly ports: () => Promise<Ports>;
	readonly log: Log;
	readonly artifacts: Artifacts;
	readonly claims: () => Claims;
	readonly secrets: Secrets;
	/** `gateway`: the caller has decided and says for whom. `standalone`: a host called directly, so the Agent asks. */
	readonly caller: 'gateway' | 'standalone';
	/** Effects carried out unasked when standalone. */
	readonly allow: readonly Effect[];
	endSession(session: string): Promise<void>;
}

const yes = z.object({ confirm: z.boolean() });

/** One MCP server instance of an Agent; cheap, since ports are shared and opened on first use. */
export function createAgentServer<Ports>(agent: Agent<Ports>, runtime: AgentRuntime<Ports>): Server {
	const server = new Server(
		{ name: agent.name, title: agent.title, version: agent.version },
		{
			capabilities: { tools: { listChanged: agent.discover !== undefined }, resources: {} },
			instructions: agent.description,
		},
	);

	async function skills(): Promise<readonly AnySkill<Ports>[]> {
		if (agent.discover === undefined) return agent.skills;
		const found = await agent.discover(await runtime.ports());
		const all = [...agent.skills, ...found];
		checkSkills(all);
		return all;
	}

	server.setRequestHandler('tools/list', async (_request, { mcpReq }) => {
		const cards = (mcpReq._meta as Record<string, unknown> | undefined)?.[metaKeys.card] === true;
		return { tools: (await skills()).map((skill) => toolOf(skill, cards)) } as never;
	});

	server.setRequestHandler('tools/call', async (request, context) => {
		const started = performance.now();
		const { name, arguments: args = {} } = request.params;
		const meta = callMetaOf(context);
		let outcome = 'ok';
		try {
			return (await callSkill(name, args, meta, context)) as never;
		} catch (error) {
			const fault = context.mcpReq.signal.aborted ? new Fault('cancelled', 'The call was cancelled.') : asFault(error);
			outcome = fault.kind;
			if (fault.kind === 'internal')
				runtime.log.error({ skill: name, call: meta.id, err: fault.cause }, 'skill failed unforeseen');
			return faultResult(fault, runtime.secrets) as never;
		} finally {
			runtime.log.info({ skill: name, call: meta.id, outcome, ms: Math.round(performance.now() - started) }, 'call');
		}
	});

	async function callSkill(name: string, args: unknown, meta: CallMeta, context: ServerContext): Promise<SkillResult> {
		const skill = agent.skills.find((s) => s.name === name) ?? (await skills()).find((s) => s.name === name);
		if (skill === undefined)
			throw new Fault('not_found', `${agent.title} has no Skill named ${clip(name)}.`, {
				hint: 'List the tools for the current names.',
			});
		const blocks: ContentBlock[] = [];
		const artifacts: Artifact[] = [];
		const call = callOf(meta, context, runtime, blocks, artifacts);
		const performance: Performance<Ports> = {
			skill,
			args,
			ports: await runtime.ports(),
			call,
			gathered: { blocks, artifacts },
			secrets: runtime.secrets,
			claims: runtime.claims(),
		};
		const decision =
			runtime.caller === 'gateway' ? await bound(performance, meta) : await asked(performance, meta, context);
		return 'result' in decision ? decision.result : await perform(performance, meta, decision.effect);
	}

	/** Behind the Gateway: what was decided on is what is done, or nothing is. */
	async function bound(
		performance: Performance<Ports>,
		meta: CallMeta,
	): Promise<{ result: SkillResult } | { effect: Effect }> {
		const { skill } = performance;
		if (meta.prepare || meta.dryRun) return { result: preparedResult(await prepare(performance)) };
		if (skill.prepare === undefined && meta.digest === undefined) return { effect: skill.effect };
		if (meta.digest === undefined) throw new Fault('conflict', `${skill.name} must be prepared first.`);
		const prepared = await prepare(performance);
		if (prepared.digest !== meta.digest) {
			throw new Fault('conflict', 'What this call would do has changed since it was decided on.', {
				hint: 'Call again, so that it is decided on as it is now.',
			});
		}
		return { effect: prepared.effect };
	}

	/** Started directly by a host: its owner allowed some effects beforehand and is asked about the rest. */
	async function asked(
		performance: Performance<Ports>,
		meta: CallMeta,
		context: ServerContext,
	): Promise<{ result: SkillResult } | { effect: Effect }> {
		const prepared = await prepare(performance);
		if (meta.dryRun) return { result: preparedResult(prepared) };
		if (runtime.allow.includes(prepared.effect)) return prepared;
		const { inputResponses } = context.mcpReq;
		if (inputResponses === undefined) {
			if (!hostCanElicit(context, server)) {
				throw new Fault(
					'denied',
					`${performance.skill.name} would ${prepared.effect}, which is not allowed unasked, and this host cannot ask.`,
					{
						hint: `Start the server with --allow ${prepared.effect}, or connect it through the Switchboard Gateway.`,
					},
				);
			}
			const message = `${performance.skill.title}?\n${prepared.preview}`;
			const confirm = inputRequired.elicit({ message, requestedSchema: yes });
			return { result: inputRequired({ inputRequests: { confirm }, requestState: prepared.digest }) as never };
		}
		const confirmed = acceptedContent<{ confirm: boolean }>(inputResponses, 'confirm');
		if (confirmed?.confirm !== true) throw new Fault('denied', 'The owner said no.');
		if (context.mcpReq.requestState() !== prepared.digest)
			throw new Fault('conflict', 'What this call would do changed while it was asked about.', { hint: 'Call again.' });
		return prepared;
	}

	server.setRequestHandler('resources/list', async (_request, context) => {
		const list = await runtime.artifacts.of(callMetaOf(context).session).list();
		return { resources: list.map(({ uri, name, mimeType, size }) => ({ uri, name, mimeType, size })) };
	});

	server.setRequestHandler('resources/read', async (request, context) => {
		const { uri } = request.params;
		const { path, mimeType } = await runtime.artifacts.of(callMetaOf(context).session).resolve(uri);
		const { readFile } = await import('node:fs/promises');
		return { contents: [{ uri, mimeType, blob: (await readFile(path)).toString('base64') }] };
	});

	server.fallbackNotificationHandler = async ({ method, params }) => {
		if (method !== sessionEndedMethod || runtime.caller !== 'gateway') return;
		const session = (params as { session?: unknown } | undefined)?.session;
		if (typeof session === 'string') await runtime.endSession(session);
	};

	return server;
}

/** Who calls: what the Gateway says, or, started directly, the one owner in one session. */
function callMetaOf(context: ServerContext): CallMeta {
	const sent = (context.mcpReq._meta as Record<string, unknown> | undefined)?.[metaKeys.call];
	const parsed = CallMeta.partial().safeParse(sent ?? {});
	const said = parsed.success ? parsed.data : {};
	return {
		...said,
		id: said.id ?? randomUUID(),
		session: said.session ?? 'standalone',
		principal: said.principal ?? 'owner',
	};
}

function callOf<Ports>(
	meta: CallMeta,
	{ mcpReq }: ServerContext,
	runtime: AgentRuntime<Ports>,
	blocks: ContentBlock[],
	artifacts: Artifact[],
): Call {
	const progressToken = (mcpReq._meta as Record<string, unknown> | undefined)?.progressToken as
		| string
		| number
		| undefined;
	let step = 0;
	return {
		id: meta.id,
		session: meta.session,
		principal: meta.principal,
		roots: meta.roots ?? [],
		idempotencyKey: meta.idempotencyKey ?? meta.id,
		signal: mcpReq.signal,
		log: runtime.log,
		artifacts: recording(runtime.artifacts.of(meta.session), artifacts),
		progress(message, done, total) {
			if (progressToken === undefined) return;
			step = Math.max(step + 1, done ?? 0);
			const params = {
				progressToken,
				progress: done ?? step,
				message: runtime.secrets.scrub(message),
				...(total !== undefined && { total }),
			};
			// Progress is a courtesy: a host that has gone must not fail the work.
			mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
		},
		attach(block) {
			blocks.push(block);
		},
	};
}

/** Artifacts a Call makes are named in its result. */
function recording(artifacts: SessionArtifacts, made: Artifact[]): SessionArtifacts {
	return {
		...artifacts,
		async put(content, about) {
			const artifact = await artifacts.put(content, about);
			if (!made.some((other) => other.uri === artifact.uri)) made.push(artifact);
			return artifact;
		},
	};
}

function toolOf(skill: AnySkill<never>, cards: boolean) {
	const card = cardOf(skill);
	return {
		name: card.name,
		title: card.title,
		description: card.description,
		inputSchema: card.inputSchema,
		outputSchema: card.outputSchema,
		annotations: annotationsOf(card),
		...(cards && { _meta: { [metaKeys.card]: card } }),
	};
}

function hostCanElicit({ mcpReq }: ServerContext, server: Server): boolean {
	const declared =
		(mcpReq.envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ??
		server.getClientCapabilities();
	return (declared as { elicitation?: unknown } | undefined)?.elicitation !== undefined;
}

function clip(name: string): string {
	return JSON.stringify(name.slice(0, 64));
}

/** Whether an URI names an Artifact, for callers that only hold the string. */
export function isArtifactUri(uri: string): boolean {
	return artifactDigest(uri) !== undefined;
}
