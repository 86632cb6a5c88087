/** What is said to a model, in the order of the conversation. */
export type ChatMessage =
	| { readonly role: 'system' | 'user'; readonly text: string }
	| { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
	| { readonly role: 'tool'; readonly call: string; readonly text: string };

/** A call the model wants made; its arguments are whatever it wrote. */
export interface ToolCall {
	readonly id: string;
	readonly name: string;
	readonly args: string;
}

export interface ChatTool {
	readonly name: string;
	readonly description: string;
	readonly schema: Readonly<Record<string, unknown>>;
}

export interface ChatReply {
	readonly text: string;
	readonly calls: readonly ToolCall[];
	readonly inputTokens: number;
	readonly outputTokens: number;
}

export interface ChatRequest {
	readonly messages: readonly ChatMessage[];
	readonly tools: readonly ChatTool[];
	readonly signal: AbortSignal;
}

/** A language model that calls tools. It throws a Fault when it cannot answer; it costs nothing until it is asked. */
export interface ChatModel {
	/** Most tokens one instruction may cost, both ways. */
	readonly tokensPerRun: number;
	chat(request: ChatRequest): Promise<ChatReply>;
}
