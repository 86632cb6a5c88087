import type { Approval, AuditRecord, Gateway, Session, Step } from '../gateway.ts';

/** What an operator hears while a request of its own is under way. */
export type ControlEvent =
	| { readonly event: 'step'; readonly data: { readonly step: Step; readonly index: number; readonly total: number } }
	| {
			readonly event: 'progress';
			readonly data: { readonly progress: number; readonly total?: number; readonly message?: string };
	  }
	| { readonly event: 'approval'; readonly data: Approval }
	| { readonly event: 'record'; readonly data: AuditRecord };

export interface DaemonStatus {
	readonly version: string;
	readonly pid: number;
	readonly startedAt: string;
	readonly home: string;
	readonly urls: { readonly mcp: string; readonly sse: string } | undefined;
	/** Connections of hosts, over the socket and over HTTP. */
	readonly hosts: number;
	readonly state: 'ready' | 'draining';
}

/** What a method may use: the Gateway, and the operator who asked. */
export interface Operator {
	readonly gateway: Gateway;
	readonly daemon: {
		status(): DaemonStatus;
		/** Ends the daemon, once this request has been answered. */
		stop(): void;
		readonly logFile: string;
		readonly tokenFile: string;
	};
	/** The operator's own Session, one a folder, opened when it is needed. */
	session(): Session;
	/** Aborts when the operator takes the request back. */
	readonly signal: AbortSignal;
	emit(event: ControlEvent): void;
}
