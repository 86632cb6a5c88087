import { randomBytes } from 'node:crypto';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/**
 * Gives every request on a transport an id of our own, in both directions.
 * Hosts begin at 0, which SDK v1 takes for no id at all when it is cancelled; and a Server's own questions begin at 0 again
 * after a restart, so that a late answer to the last daemon's question would be taken for the answer to this one's.
 */
export function withOwnIds(transport: Transport, onCancelled: (id: string) => void): Transport {
	const nonce = randomBytes(6).toString('base64url');
	const hostIds = new Map<string, RequestId>();
	const ownIds = new Map<RequestId, string>();
	let lastId = 0;

	function incoming(message: JSONRPCMessage): JSONRPCMessage | undefined {
		if ('method' in message && 'id' in message) {
			lastId += 1;
			const id = `r${lastId}`;
			hostIds.set(id, message.id);
			ownIds.set(message.id, id);
			return { ...message, id };
		}
		if ('method' in message) return message.method === 'notifications/cancelled' ? cancelled(message) : message;
		const { id } = message;
		if (typeof id !== 'string' || !id.startsWith(`${nonce}:`)) return undefined;
		return { ...message, id: Number(id.slice(nonce.length + 1)) };
	}

	function cancelled(
		message: JSONRPCMessage & { params?: Record<string, unknown> | undefined },
	): JSONRPCMessage | undefined {
		const requestId = ownIds.get(message.params?.requestId as RequestId);
		if (requestId === undefined) return undefined;
		onCancelled(requestId);
		// Nothing answers it any more.
		forget(requestId, message.params?.requestId as RequestId);
		return { ...message, params: { ...message.params, requestId } };
	}

	function outgoing(message: JSONRPCMessage): JSONRPCMessage | undefined {
		if ('method' in message) {
			if ('id' in message) return { ...message, id: `${nonce}:${message.id}` };
			if (message.method !== 'notifications/cancelled') return message;
			return { ...message, params: { ...message.params, requestId: `${nonce}:${message.params?.requestId}` } };
		}
		const hostId = hostIds.get(String(message.id));
		if (hostId === undefined) return undefined;
		forget(String(message.id), hostId);
		return { ...message, id: hostId };
	}

	function forget(id: string, hostId: RequestId): void {
		hostIds.delete(id);
		if (ownIds.get(hostId) === id) ownIds.delete(hostId);
	}

	function optionsOf(options: TransportSendOptions | undefined): TransportSendOptions | undefined {
		if (options?.relatedRequestId === undefined) return options;
		const hostId = hostIds.get(String(options.relatedRequestId));
		if (hostId !== undefined) return { ...options, relatedRequestId: hostId };
		const { relatedRequestId: _, ...rest } = options;
		return rest;
	}

	const wrapped: Transport = {
		async start() {
			transport.onclose = () => wrapped.onclose?.();
			transport.onerror = (error) => wrapped.onerror?.(error);
			transport.onmessage = (message, extra) => {
				const taken = incoming(message);
				if (taken !== undefined) wrapped.onmessage?.(taken, extra);
			};
			await transport.start();
		},
		async send(message, options) {
			const related = optionsOf(options);
			const sent = outgoing(message);
			if (sent !== undefined) await transport.send(sent, related);
		},
		close: () => transport.close(),
		get sessionId() {
			return transport.sessionId;
		},
	};
	return wrapped;
}
