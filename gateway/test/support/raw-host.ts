import type { ChildProcess } from 'node:child_process';

type Message = Readonly<Record<string, unknown>> & { readonly id?: number | string; readonly method?: string };

/** A host that speaks lines of JSON by itself, so that a test sees every byte. */
export interface RawHost {
	readonly child: ChildProcess;
	/** Every line that came, parsed; a line that is no JSON throws. */
	readonly lines: Message[];
	send(message: object): void;
	request(method: string, params?: object, id?: number | string): Promise<Message>;
	/** The next message that is so, or one that has come already. */
	next(is: (message: Message) => boolean): Promise<Message>;
	initialize(capabilities?: object): Promise<Message>;
	readonly stderr: string;
}

export function rawHost(child: ChildProcess): RawHost {
	const lines: Message[] = [];
	const waiting = new Set<() => void>();
	let rest = '';
	let lastId = 100;
	let stderr = '';
	child.stdout?.on('data', (chunk: Buffer) => {
		const parts = (rest + chunk.toString()).split('\n');
		rest = parts.pop() ?? '';
		for (const part of parts) lines.push(JSON.parse(part) as Message);
		for (const wake of waiting) wake();
	});
	child.stderr?.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	child.stdin?.on('error', () => {});

	function send(message: object): void {
		child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
	}

	function next(is: (message: Message) => boolean): Promise<Message> {
		return new Promise((found) => {
			const look = (): void => {
				const message = lines.find(is);
				if (message === undefined) return;
				waiting.delete(look);
				found(message);
			};
			waiting.add(look);
			look();
		});
	}

	function request(method: string, params: object = {}, id: number | string = ++lastId): Promise<Message> {
		send({ id, method, params });
		return next((message) => message.id === id && message.method === undefined);
	}

	return {
		child,
		lines,
		send,
		next,
		request,
		get stderr() {
			return stderr;
		},
		async initialize(capabilities = {}) {
			const answer = await request(
				'initialize',
				{ protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'raw', version: '1' } },
				0,
			);
			send({ method: 'notifications/initialized' });
			return answer;
		},
	};
}

/** The text of a tool's result. */
export function textIn(message: Message): string {
	const { content = [] } = (message.result ?? {}) as { content?: readonly { readonly text?: string }[] };
	return content.map(({ text = '' }) => text).join('\n');
}

export function faultIn(message: Message): string | undefined {
	const { _meta } = (message.result ?? {}) as { _meta?: Record<string, { readonly kind?: string }> };
	return _meta?.['switchboard/fault']?.kind;
}
