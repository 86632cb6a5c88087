/** What a line of JSON-RPC is, as far as a shim must know. */
export interface LineKind {
	readonly kind: 'request' | 'notification' | 'response' | 'other';
	/** The id as JSON, so that `1` and `"1"` stay apart. */
	readonly id?: string;
	readonly method?: string;
	/** The request that a cancellation is about. */
	readonly target?: string;
}

/** Answers of our daemon begin with their id, so the rest of a long one need not be read. */
const ownAnswer = /^\{"jsonrpc":"2\.0","id":(-?\d+|"(?:[^"\\]|\\.)*"),"(?:result|error)":/;
const enough = 256;

export function kindOf(line: Buffer): LineKind {
	const [, answered] = ownAnswer.exec(line.toString('utf8', 0, enough)) ?? [];
	if (answered !== undefined) return { kind: 'response', id: answered };
	const message = parsed(line);
	const id = message.id === undefined ? undefined : JSON.stringify(message.id);
	if (typeof message.method === 'string') {
		const { method } = message;
		if (id !== undefined) return { kind: 'request', id, method };
		if (method !== 'notifications/cancelled') return { kind: 'notification', method };
		return {
			kind: 'notification',
			method,
			target: JSON.stringify((message.params as { requestId?: unknown } | undefined)?.requestId),
		};
	}
	return id === undefined ? { kind: 'other' } : { kind: 'response', id };
}

function parsed(line: Buffer): Record<string, unknown> {
	try {
		const message: unknown = JSON.parse(line.toString('utf8'));
		return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

/** The same request under another id. */
export function withId(line: Buffer, id: string): Buffer {
	return Buffer.from(JSON.stringify({ ...parsed(line), id }));
}

/** What a host is told of a call that was under way when its daemon died. */
export function interruptedAnswer(id: string): string {
	const message = 'The Gateway ended while this call was under way; whether it had its effect is not known.';
	const hint = 'Look whether it did before calling again. The Gateway starts again by itself.';
	const fault = { kind: 'unknown_outcome', message, hint, retryable: false };
	const result = {
		content: [{ type: 'text', text: `unknown_outcome: ${message} ${hint}` }],
		isError: true,
		_meta: { 'switchboard/fault': fault },
	};
	return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
}

export function errorAnswer(id: string, message: string): string {
	return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code: -32603, message })}}`;
}
