import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';

/** Behind which a host that does not read is sent no more courtesies. */
const fullBytes = 1024 * 1024;

/** The writing end of a byte stream to a host. */
export interface HostPipe {
	write(text: string): boolean;
	readonly writableLength: number;
	end(): void;
	/** Resolves when what was written has gone out, or the stream is closed. */
	drained(): Promise<void>;
}

export interface SocketTransport extends Transport {
	/** Takes one line that came from the host. */
	take(line: Buffer): void;
	/** The host has hung up. */
	hangUp(): void;
}

/** MCP as lines of JSON. Answers begin with their id, so that a shim can tell what they answer without reading all of it. */
export function createSocketTransport(pipe: HostPipe): SocketTransport {
	const transport: SocketTransport = {
		async start() {},
		async send(message) {
			const isCourtesy = 'method' in message && !('id' in message);
			if (isCourtesy && pipe.writableLength > fullBytes) return;
			const { jsonrpc, ...rest } = message;
			const line = JSON.stringify('id' in rest ? { jsonrpc, id: rest.id, ...rest } : { jsonrpc, ...rest });
			if (!pipe.write(`${line}\n`)) await pipe.drained();
		},
		async close() {
			pipe.end();
			transport.onclose?.();
		},
		take(line) {
			const message = messageOf(line);
			if (typeof message === 'string') return void pipe.write(`${message}\n`);
			transport.onmessage?.(message);
		},
		hangUp: () => transport.onclose?.(),
	};
	return transport;
}

/** A message, or the line that refuses what is none. */
function messageOf(line: Buffer): JSONRPCMessage | string {
	let message: unknown;
	try {
		message = JSON.parse(line.toString('utf8'));
	} catch {
		return refusal(null, -32700, 'Parse error');
	}
	// Checked, not parsed: what the schema does not know must survive.
	if (JSONRPCMessageSchema.safeParse(message).success) return message as JSONRPCMessage;
	const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : null;
	return refusal(typeof id === 'string' || typeof id === 'number' ? id : null, -32600, 'Invalid request');
}

function refusal(id: string | number | null, code: number, message: string): string {
	return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
}
