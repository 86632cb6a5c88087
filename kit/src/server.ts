import { Server, type ServerContext } from '@modelcontextprotocol/server';
import type { Agent } from './agent.ts';
import type { Artifacts } from './artifacts.ts';
import type { Claims } from './claims.ts';
import type { Effect } from './effect.ts';
import { asFault, Fault } from './fault.ts';
import { callMetaOf, callOf, type Gathered } from './incoming-call.ts';
import type { Log } from './log.ts';
import { inputOf, type Performance, perform } from './perform.ts';
import { askedOfOwner, decidedByGateway, hostCanElicit } from './permission.ts';
import { serveResources } from './resources.ts';
import { faultResult, type SkillResult } from './result.ts';
import type { Secrets } from './secrets.ts';
import { type AnySkill, annotationsOf, cardOf } from './skill.ts';
import { createSkillSet } from './skill-set.ts';
import { type CallMeta, metaKeys, sessionEndedMethod } from './wire.ts';

/** What a running Agent holds beside its Skills; one per process, shared by all connections. */
export interface AgentRuntime<Ports> {
	/** Opened on first use; waits no longer than the signal says. */
	readonly ports: (signal: AbortSignal) => Promise<Ports>;
	readonly log: Log;
	readonly artifacts: Artifacts;
	readonly claims: () => Claims;
	readonly secrets: Secrets;
	/** The one Session of an Agent that a host calls directly; absent where the Gateway calls, says for whom and has decided. */
	readonly standaloneSession: string | undefined;
	/** Effects carried out unasked when standalone. */
	readonly allow: readonly Effect[];
	endSession(session: string): Promise<void>;
}

/** One MCP server instance of an Agent; cheap, since ports are shared and opened on first use. */
export function createAgentServer<Ports>(agent: Agent<Ports>, runtime: AgentRuntime<Ports>): Server {
	const { log, standaloneSession } = runtime;
	const skills = createSkillSet(agent, runtime.ports, log);
	const server = new Server(
		{ name: agent.name, title: agent.title, version: agent.version },
		{
			capabilities: { tools: { listChanged: agent.discover !== undefined }, resources: {} },
			instructions: agent.description,
		},
	);

	server.setRequestHandler('tools/list', async (_request, { mcpReq }) => {
		const isForGateway = (mcpReq._meta as Record<string, unknown> | undefined)?.[metaKeys.card] === true;
		// Our JSON Schemas are plain objects, the SDK's types name every keyword.
		return { tools: (await skills.list(mcpReq.signal)).map((skill) => toolOf(skill, isForGateway)) } as never;
	});

	server.setRequestHandler('tools/call', async (request, context) => {
		const started = performance.now();
		const { name, arguments: args = {} } = request.params;
		const entry: { call?: string; skill?: string; outcome: string } = { outcome: 'ok' };
		try {
			const meta = callMetaOf(context, standaloneSession);
			entry.call = meta.id;
			const skill = await skills.find(name, context.mcpReq.signal);
			entry.skill = skill.name;
			return (await callSkill(skill, args, meta, context)) as never;
		} catch (error) {
			const fault = context.mcpReq.signal.aborted ? new Fault('cancelled', 'The call was cancelled.') : asFault(error);
			entry.outcome = fault.kind;
			if (fault.kind === 'internal') log.error({ ...entry, err: fault.cause }, 'skill failed unforeseen');
			return faultResult(fault, runtime.secrets) as never;
		} finally {
			log.info({ ...entry, ms: Math.round(performance.now() - started) }, 'call');
		}
	});

	async function callSkill(
		skill: AnySkill<Ports>,
		args: unknown,
		meta: CallMeta,
		context: ServerContext,
	): Promise<SkillResult> {
		const { secrets, claims, allow } = runtime;
		const input = inputOf(skill, args);
		const gathered: Gathered = { blocks: [], artifacts: [] };
		const call = callOf(meta, context, runtime, gathered);
		const ports = await runtime.ports(call.signal);
		const performance: Performance<Ports> = { skill, input, ports, call, gathered, secrets, claims };
		const canElicit = hostCanElicit(context, server.getClientCapabilities());
		const permission = await (standaloneSession === undefined
			? decidedByGateway(performance, meta)
			: askedOfOwner(performance, meta, { allow, canElicit }, context.mcpReq));
		return 'result' in permission ? permission.result : await perform(performance, meta, permission.effect);
	}

	serveResources(server, (context) => runtime.artifacts.of(callMetaOf(context, standaloneSession).session));

	server.fallbackNotificationHandler = async ({ method, params }) => {
		if (method !== sessionEndedMethod || standaloneSession !== undefined) return;
		const session = (params as { session?: unknown } | undefined)?.session;
		if (typeof session === 'string') await runtime.endSession(session);
	};

	return server;
}

function toolOf(skill: AnySkill<never>, withCard: boolean) {
	const card = cardOf(skill);
	return {
		name: card.name,
		title: card.title,
		description: card.description,
		inputSchema: card.inputSchema,
		outputSchema: card.outputSchema,
		annotations: annotationsOf(card),
		...(withCard && { _meta: { [metaKeys.card]: card } }),
	};
}
