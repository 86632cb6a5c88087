import type { SkillResult } from '@switchboard/kit/perform';

/** A tool as an Agent lists it, unknown fields included. */
export type ToolListing = Readonly<Record<string, unknown>> & { readonly name: string };

export interface UpstreamCall {
	readonly name: string;
	readonly args: Readonly<Record<string, unknown>>;
	readonly meta: Readonly<Record<string, unknown>>;
	readonly signal: AbortSignal;
	readonly timeoutMs: number;
	readonly onProgress?: ((progress: { progress: number; total?: number; message?: string }) => void) | undefined;
}

/** One live Agent, whatever SDK or transport is behind it. */
export interface AgentConnection {
	readonly pid: number | undefined;
	readonly title: string;
	readonly isClosed: boolean;
	/** All pages of the Agent's tools, with Cards where it has them. */
	tools(): Promise<readonly ToolListing[]>;
	call(call: UpstreamCall): Promise<SkillResult>;
	notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void>;
	onClose(listener: () => void): void;
	onToolsChanged(listener: () => void): void;
	close(): Promise<void>;
}

/** What is started for an Agent, with every name resolved. */
export interface Launch {
	readonly agent: string;
	readonly command: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** Where the Agent's stderr goes. */
	readonly stderrFile: string;
}

export type Connect = (launch: Launch) => Promise<AgentConnection>;
