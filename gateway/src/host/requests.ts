import { readFile } from 'node:fs/promises';
import { asFault } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import { faultResult, type SkillResult } from '@switchboard/kit/perform';
import { metaKeys } from '@switchboard/kit/wire';
import { z } from 'zod';
import type { CallRequest, Gateway, Host, Session } from '../gateway.ts';
import type { Asks } from './asks.ts';
import { ownTool, ownTools } from './own-tools.ts';
import { rpcCodes, rpcError } from './rpc.ts';

/** One request of a host, apart from what it asks for. */
export interface HostRequest {
	readonly session: Session;
	readonly host: Host;
	/** Aborts when the host takes the request back, not when it goes away. */
	readonly signal: AbortSignal;
	readonly progress?: NonNullable<CallRequest['progress']>;
}

export interface RequestParts {
	readonly gateway: Gateway;
	readonly asks: Asks;
	readonly log: Log;
}

type Handler = (params: unknown, request: HostRequest, parts: RequestParts) => Promise<object> | object;

/** What the Gateway answers to hosts, as plain JSON: nothing of a result is parsed anew. */
const handlers: Readonly<Record<string, Handler>> = {
	'tools/list': async (_params, { session }, { gateway }) => ({
		tools: [...ownTools.map(({ tool }) => tool), ...(await gateway.catalog.list(session)).map(({ tool }) => tool)],
	}),
	'tools/call': callTool,
	'resources/list': async (_params, { session }, { gateway }) => ({
		resources: (await gateway.listArtifacts(session)).map(({ uri, name, mimeType, size }) => ({
			uri,
			name,
			mimeType,
			size,
		})),
	}),
	'resources/templates/list': () => ({ resourceTemplates: [] }),
	'resources/read': readResource,
	'prompts/list': () => ({ prompts: [] }),
};

/** `about` is asked for only where there is something to answer, since it opens the Session. */
export async function answerHost(
	method: string,
	params: unknown,
	about: () => HostRequest,
	parts: RequestParts,
): Promise<Record<string, unknown>> {
	const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
	if (handler === undefined) throw rpcError(rpcCodes.methodNotFound, 'Method not found');
	return { ...(await handler(params ?? {}, about(), parts)) };
}

const ToolCall = z.object({
	name: z.string(),
	arguments: z.record(z.string(), z.unknown()).default({}),
	_meta: z
		.object({ [metaKeys.call]: z.object({ idempotencyKey: z.string().min(1).max(200).optional() }).optional() })
		.optional(),
});

async function callTool(
	params: unknown,
	{ session, host, signal, progress }: HostRequest,
	{ gateway, asks, log }: RequestParts,
): Promise<SkillResult> {
	const { name, arguments: args, _meta } = parsed(ToolCall, params);
	try {
		const own = ownTool(name);
		if (own !== undefined) return await own.run(args, { gateway, asks, session, host, signal, progress });
		const idempotencyKey = _meta?.[metaKeys.call]?.idempotencyKey;
		const outcome = await gateway.call({
			session,
			host,
			name,
			args,
			signal,
			...(idempotencyKey !== undefined && { idempotencyKey }),
			...(progress !== undefined && { progress }),
		});
		return outcome.result;
	} catch (error) {
		const fault = asFault(error);
		if (fault.kind === 'internal') log.error({ err: fault.cause }, 'host call failed unforeseen');
		return faultResult(fault);
	}
}

/** Largest Artifact sent inside a message; a bigger one goes between Agents by its reference. */
const largestInline = 16 * 1024 * 1024;

async function readResource(params: unknown, { session }: HostRequest, { gateway }: RequestParts): Promise<object> {
	const { uri } = parsed(z.object({ uri: z.string() }), params);
	const artifact = await gateway.readArtifact(session, uri);
	if (artifact === undefined) throw rpcError(rpcCodes.resourceNotFound, 'There is no such resource in this Session.');
	const { path, mimeType, size } = artifact;
	if (size > largestInline)
		throw rpcError(rpcCodes.invalidParams, `This resource has ${size} bytes; hosts are sent at most ${largestInline}.`);
	const content = await readFile(path);
	const isText = mimeType.startsWith('text/') || mimeType === 'application/json';
	return {
		contents: [
			{ uri, mimeType, ...(isText ? { text: content.toString('utf8') } : { blob: content.toString('base64') }) },
		],
	};
}

function parsed<T>(schema: z.ZodType<T>, params: unknown): T {
	const result = schema.safeParse(params);
	if (result.success) return result.data;
	throw rpcError(
		rpcCodes.invalidParams,
		`Invalid params: ${result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
	);
}
