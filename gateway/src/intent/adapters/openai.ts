import { Fault, type FaultKind } from '@switchboard/kit/fault';
import type OpenAI from 'openai';
import type { ChatMessage, ChatModel, ChatReply, ChatRequest, ChatTool, ToolCall } from '../model.ts';

export interface OpenAiConfig {
	readonly apiKey: string;
	readonly baseURL: string | undefined;
	readonly model: string;
	readonly tokensPerRun: number;
	/** How long nothing may come before the model counts as silent. */
	readonly silenceMs?: number;
	/** Retries of 429, 5xx and lost connections, each waiting longer. */
	readonly retries?: number;
}

/** The endpoint the environment names, if any. A local endpoint needs no key, the client wants one all the same. */
export function openAiConfig(
	env: Readonly<Record<string, string | undefined>>,
	settings: { readonly name: string; readonly maxTokens: number },
): OpenAiConfig | undefined {
	const [apiKey, baseURL] = [env.OPENAI_API_KEY, env.OPENAI_BASE_URL].map((value) =>
		value?.trim() === '' ? undefined : value?.trim(),
	);
	if (apiKey === undefined && baseURL === undefined) return undefined;
	return { apiKey: apiKey ?? 'none', baseURL, model: settings.name, tokensPerRun: settings.maxTokens };
}

/** Any OpenAI-compatible endpoint by streamed Chat Completions; the client is loaded with the first question. */
export function createOpenAiModel({
	apiKey,
	baseURL,
	model,
	tokensPerRun,
	silenceMs = 60_000,
	retries = 3,
}: OpenAiConfig): ChatModel {
	let opened: Promise<OpenAI> | undefined;
	const open = () => {
		opened ??= import('openai').then(
			({ default: Client }) =>
				new Client({ apiKey, baseURL: baseURL ?? null, maxRetries: retries, timeout: silenceMs, logLevel: 'off' }),
		);
		return opened;
	};

	return {
		tokensPerRun,
		async chat(request: ChatRequest): Promise<ChatReply> {
			const client = await open();
			const silence = createSilence(silenceMs, request.signal);
			try {
				const stream = await client.chat.completions.create(bodyOf(model, request), { signal: silence.signal });
				return await replyOf(stream, silence.heard);
			} catch (error) {
				throw faultOf(error, request.signal, silence.signal);
			} finally {
				silence.end();
			}
		},
	};
}

function bodyOf(
	model: string,
	{ messages, tools }: ChatRequest,
): OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming {
	return {
		model,
		messages: messages.map(messageOf),
		...(tools.length > 0 && { tools: tools.map(toolOf) }),
		stream: true,
		stream_options: { include_usage: true },
	};
}

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;

/** Puts the pieces of a streamed reply together. */
async function replyOf(stream: AsyncIterable<Chunk>, heard: () => void): Promise<ChatReply> {
	let text = '';
	let [inputTokens, outputTokens] = [0, 0];
	let isFinished = false;
	const calls = new Map<number, { id: string; name: string; args: string }>();
	for await (const chunk of stream) {
		heard();
		inputTokens = chunk.usage?.prompt_tokens ?? inputTokens;
		outputTokens = chunk.usage?.completion_tokens ?? outputTokens;
		const choice = chunk.choices?.[0];
		isFinished ||= choice?.finish_reason !== undefined && choice.finish_reason !== null;
		text += choice?.delta?.content ?? '';
		for (const { index, id, function: said } of choice?.delta?.tool_calls ?? []) {
			const call = calls.get(index) ?? { id: '', name: '', args: '' };
			calls.set(index, {
				id: call.id || (id ?? ''),
				name: call.name + (said?.name ?? ''),
				args: call.args + (said?.arguments ?? ''),
			});
		}
	}
	// A stream that breaks off may hold half a call.
	if (!isFinished) throw new Fault('unavailable', 'The model broke off in the middle of its answer.');
	return { text, calls: [...calls.values()].map(named), inputTokens, outputTokens };
}

/** Some endpoints give calls no id. */
function named(call: ToolCall, at: number): ToolCall {
	return call.id === '' ? { ...call, id: `call_${at}` } : call;
}

function messageOf(message: ChatMessage): OpenAI.Chat.Completions.ChatCompletionMessageParam {
	switch (message.role) {
		case 'tool':
			return { role: 'tool', tool_call_id: message.call, content: message.text };
		case 'assistant':
			return {
				role: 'assistant',
				content: message.text === '' ? null : message.text,
				...(message.calls.length > 0 && {
					tool_calls: message.calls.map(({ id, name, args }) => ({
						id,
						type: 'function',
						function: { name, arguments: args },
					})),
				}),
			};
		default:
			return { role: message.role, content: message.text };
	}
}

function toolOf({ name, description, schema }: ChatTool): OpenAI.Chat.Completions.ChatCompletionTool {
	return { type: 'function', function: { name, description, parameters: { ...schema } } };
}

/** Aborts when the caller does, or when nothing has been heard for too long. */
function createSilence(ms: number, signal: AbortSignal) {
	const controller = new AbortController();
	let timer = setTimeout(() => controller.abort(), ms);
	return {
		signal: AbortSignal.any([signal, controller.signal]),
		heard() {
			clearTimeout(timer);
			timer = setTimeout(() => controller.abort(), ms);
		},
		end: () => clearTimeout(timer),
	};
}

const kindOfStatus: Readonly<Record<number, readonly [FaultKind, string]>> = {
	400: ['invalid_input', 'The model endpoint refused the request.'],
	401: ['denied', 'The model endpoint refused the key.'],
	403: ['denied', 'The model endpoint refused the key.'],
	404: ['not_found', 'The model endpoint does not know this model.'],
	413: ['too_large', 'The conversation is too long for the model.'],
	429: ['rate_limited', 'The model endpoint is busy or its quota is used up.'],
};

function faultOf(error: unknown, signal: AbortSignal, silence: AbortSignal): Fault {
	if (signal.aborted) return new Fault('cancelled', 'The call was cancelled.', { cause: error });
	if (silence.aborted) return new Fault('timeout', 'The model did not answer in time.', { cause: error });
	if (error instanceof Fault) return error;
	const { status, name } = error as { readonly status?: number; readonly name?: string };
	if (name === 'APIConnectionTimeoutError') {
		return new Fault('timeout', 'The model did not answer in time.', { cause: error });
	}
	const known = status === undefined ? undefined : kindOfStatus[status];
	if (known !== undefined) return new Fault(known[0], known[1], { cause: error });
	if (status !== undefined && status >= 500)
		return new Fault('unavailable', 'The model endpoint failed.', { cause: error });
	if (error instanceof SyntaxError)
		return new Fault('unavailable', 'The model endpoint did not speak its protocol.', { cause: error });
	return new Fault('unavailable', 'The model endpoint could not be reached or understood.', { cause: error });
}
