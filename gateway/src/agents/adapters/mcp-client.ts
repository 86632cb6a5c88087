import { closeSync, openSync } from 'node:fs';
import { Client, type ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Fault } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import { metaKeys } from '@switchboard/kit/wire';
import { z } from 'zod';
import type { AgentConnection, Launch, ToolListing, UpstreamCall } from '../connection.ts';

const Anything = z.looseObject({});
const ToolsPage = z.looseObject({
	tools: z.array(z.looseObject({ name: z.string() })),
	nextCursor: z.string().optional(),
});
const startTimeoutMs = 30_000;
const maxPages = 100;
/** One message of an Agent; a larger one closes its connection. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Starts an Agent as a child and speaks MCP with it over stdio. */
export async function connectOverStdio(launch: Launch): Promise<AgentConnection> {
	const { agent, command, args, env, cwd, stderrFile } = launch;
	const stderr = openSync(stderrFile, 'a', 0o600);
	const transport = new StdioClientTransport({
		command,
		args: [...args],
		env: { ...env },
		cwd,
		stderr,
		maxBufferSize: maxMessageBytes,
	});
	const client = new Client({ name: 'switchboard-gateway', version: '0.1.0' }, { capabilities: {} });
	const closed: (() => void)[] = [];
	const changed: (() => void)[] = [];
	let isClosed = false;
	client.onclose = () => {
		isClosed = true;
		for (const listener of closed) listener();
	};
	client.setNotificationHandler('notifications/tools/list_changed', () => {
		for (const listener of changed) listener();
	});
	try {
		await client.connect(transport, { timeout: startTimeoutMs });
	} catch (cause) {
		await client.close().catch(() => {});
		throw new Fault('unavailable', `The Agent ${agent} did not start.`, {
			hint: `Its output is in ${stderrFile}.`,
			cause,
		});
	} finally {
		closeSync(stderr);
	}
	const pid = transport.pid ?? undefined;

	async function tools(): Promise<readonly ToolListing[]> {
		const all: ToolListing[] = [];
		let cursor: string | undefined;
		for (let page = 0; page < maxPages; page += 1) {
			const params = { _meta: { [metaKeys.card]: true }, ...(cursor !== undefined && { cursor }) };
			const answer = await client.request({ method: 'tools/list', params }, ToolsPage, { timeout: startTimeoutMs });
			all.push(...answer.tools);
			cursor = answer.nextCursor;
			if (cursor === undefined) break;
		}
		return all;
	}

	async function call({
		name,
		args: input,
		meta,
		signal: cancelled,
		timeoutMs,
		onProgress,
	}: UpstreamCall): Promise<SkillResult> {
		const params = { name, arguments: { ...input }, _meta: { ...meta } };
		try {
			return (await client.request({ method: 'tools/call', params }, Anything, {
				signal: cancelled,
				timeout: timeoutMs,
				maxTotalTimeout: timeoutMs,
				...(onProgress !== undefined && { onprogress: (progress) => onProgress(progress as { progress: number }) }),
			})) as unknown as SkillResult;
		} catch (error) {
			throw asUpstreamFault(error, agent, name, cancelled, timeoutMs);
		}
	}

	return {
		pid,
		title: client.getServerVersion()?.title ?? agent,
		get isClosed() {
			return isClosed;
		},
		tools,
		call,
		notify: async (method, params) => {
			await client.notification({ method, params: { ...params } });
		},
		onClose: (listener) => closed.push(listener),
		onToolsChanged: (listener) => changed.push(listener),
		close: () => client.close(),
	};
}

/** The connection's failures by kind; an Agent that goes away mid-call leaves its outcome open. */
function asUpstreamFault(
	error: unknown,
	agent: string,
	skill: string,
	cancelled: AbortSignal,
	timeoutMs: number,
): Fault {
	if (cancelled.aborted) return new Fault('cancelled', `${skill} was cancelled.`, { cause: error });
	if (error instanceof SdkError) {
		if (error.code === SdkErrorCode.RequestTimeout) {
			return new Fault('timeout', `${skill} took longer than ${timeoutMs} ms and was cancelled.`, {
				hint: 'Ask for less, or raise callTimeoutMs of this Agent in mcp.json.',
				cause: error,
			});
		}
		return new Fault('unavailable', `The Agent ${agent} went away during ${skill}.`, {
			hint: 'It is started again for the next call.',
			cause: error,
		});
	}
	const { code, message } = error as ProtocolError;
	if (typeof code === 'number')
		return new Fault('internal', `The Agent ${agent} refused ${skill} with the protocol error ${code}.`, {
			cause: message,
		});
	return new Fault('internal', `${skill} could not be sent to the Agent ${agent}.`, { cause: error });
}
