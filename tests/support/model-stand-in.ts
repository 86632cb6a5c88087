/**
 * A STAND-IN for a paid model API, for tests only. It has no model: a script written in the test answers each request.
 * It speaks the real wire protocol of OpenAI's Chat Completions, so that the real `openai` client is what is tested.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A request as it came over the wire. */
export interface SeenRequest {
	readonly path: string;
	readonly authorization: string | undefined;
	readonly body: SeenBody;
}

export interface SeenBody {
	readonly model?: string;
	readonly stream?: boolean;
	readonly messages?: readonly {
		readonly role: string;
		readonly content: string | null;
		readonly tool_calls?: readonly unknown[];
		readonly tool_call_id?: string;
	}[];
	readonly tools?: readonly {
		readonly type: string;
		readonly function: { readonly name: string; readonly parameters: unknown };
	}[];
}

/** What the stand-in answers: words, calls, or a failure of one kind. */
export type ScriptedReply =
	| {
			readonly text?: string;
			readonly calls?: readonly ScriptedCall[];
			readonly usage?: { readonly input: number; readonly output: number };
	  }
	| { readonly status: number; readonly retryAfterMs?: number }
	/** Bytes sent as the event stream, whatever they are. */
	| { readonly raw: string }
	/** Says nothing for this long, then ends. */
	| { readonly silentMs: number }
	/** Breaks the connection in the middle of a call. */
	| { readonly breakOff: true };

export interface ScriptedCall {
	readonly name: string;
	/** Sent as JSON; a string goes out as it is. */
	readonly args: unknown;
}

export type Script = (request: SeenBody, turn: number) => ScriptedReply;

export interface ModelStandIn {
	/** To be used as `OPENAI_BASE_URL`. */
	readonly baseURL: string;
	readonly requests: readonly SeenRequest[];
	close(): Promise<void>;
}

/** Listens on loopback, on a free port. */
export async function startModelStandIn(script: Script): Promise<ModelStandIn> {
	const requests: SeenRequest[] = [];
	let turn = 0;

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = request.url ?? '';
		const body = await bodyOf(request);
		requests.push({ path, authorization: request.headers.authorization, body });
		if (path.endsWith('/models'))
			return sendJson(response, 200, {
				object: 'list',
				data: [{ id: 'stand-in', object: 'model', created: 0, owned_by: 'tests' }],
			});
		if (!path.endsWith('/chat/completions')) return sendJson(response, 404, { error: { message: 'no such path' } });
		turn += 1;
		await answer(script(body, turn - 1), body, response);
	}

	const server = createServer((request, response) => {
		handle(request, response).catch((error: unknown) => {
			if (!response.headersSent) sendJson(response, 500, { error: { message: String(error) } });
			else response.destroy();
		});
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	return {
		baseURL: `http://127.0.0.1:${port}/v1`,
		requests,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}

async function answer(reply: ScriptedReply, body: SeenBody, response: ServerResponse): Promise<void> {
	if ('status' in reply) {
		const headers = reply.retryAfterMs === undefined ? {} : { 'retry-after-ms': String(reply.retryAfterMs) };
		return sendJson(
			response,
			reply.status,
			{ error: { message: `scripted ${reply.status}`, type: 'scripted' } },
			headers,
		);
	}
	if ('silentMs' in reply) {
		response.writeHead(200, streamHeaders).flushHeaders();
		await pause(reply.silentMs, undefined, { ref: false });
		return void response.end();
	}
	if ('raw' in reply) return void response.writeHead(200, streamHeaders).end(reply.raw);
	if ('breakOff' in reply) {
		response.writeHead(200, streamHeaders);
		response.write(
			event(
				chunk(body, {
					tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'fs_read', arguments: '{"pa' } }],
				}),
			),
		);
		await pause(20);
		return void response.destroy();
	}
	const { text = '', calls = [], usage = { input: 100, output: 20 } } = reply;
	if (body.stream !== true) return sendJson(response, 200, whole(body, text, calls, usage));
	response.writeHead(200, streamHeaders);
	for (const piece of piecesOf(text)) response.write(event(chunk(body, { content: piece })));
	for (const [index, call] of calls.entries()) {
		for (const delta of callDeltas(call, index)) response.write(event(chunk(body, { tool_calls: [delta] })));
	}
	response.write(event(chunk(body, {}, calls.length > 0 ? 'tool_calls' : 'stop')));
	response.write(event({ ...chunk(body, {}), choices: [], usage: usageOf(usage) }));
	response.end('data: [DONE]\n\n');
}

const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

function event(data: unknown): string {
	return `data: ${JSON.stringify(data)}\n\n`;
}

function chunk(body: SeenBody, delta: Record<string, unknown>, finish: string | null = null) {
	return {
		id: 'chatcmpl-stand-in',
		object: 'chat.completion.chunk',
		created: 0,
		model: body.model,
		choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
	};
}

/** Text and arguments arrive in pieces, as they do from the real thing. */
function piecesOf(text: string): string[] {
	return text.match(/[\s\S]{1,7}/g) ?? [];
}

function callDeltas({ name, args }: ScriptedCall, index: number): unknown[] {
	const written = typeof args === 'string' ? args : JSON.stringify(args);
	return [
		{ index, id: `call_${index}_${name}`, type: 'function', function: { name, arguments: '' } },
		...piecesOf(written).map((piece) => ({ index, function: { arguments: piece } })),
	];
}

function whole(
	body: SeenBody,
	text: string,
	calls: readonly ScriptedCall[],
	usage: { readonly input: number; readonly output: number },
) {
	const toolCalls = calls.map(({ name, args }, index) => ({
		id: `call_${index}_${name}`,
		type: 'function',
		function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
	}));
	const message = {
		role: 'assistant',
		content: text === '' ? null : text,
		...(toolCalls.length > 0 && { tool_calls: toolCalls }),
	};
	return {
		id: 'chatcmpl-stand-in',
		object: 'chat.completion',
		created: 0,
		model: body.model,
		choices: [{ index: 0, message, finish_reason: toolCalls.length > 0 ? 'tool_calls' : 'stop', logprobs: null }],
		usage: usageOf(usage),
	};
}

function usageOf({ input, output }: { readonly input: number; readonly output: number }) {
	return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

async function bodyOf(request: IncomingMessage): Promise<SeenBody> {
	const chunks: Buffer[] = [];
	for await (const piece of request) chunks.push(piece as Buffer);
	const text = Buffer.concat(chunks).toString();
	return text === '' ? {} : (JSON.parse(text) as SeenBody);
}

function sendJson(
	response: ServerResponse,
	status: number,
	value: unknown,
	headers: Record<string, string> = {},
): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
