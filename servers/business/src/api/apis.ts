import type { Call } from '@switchboard/kit';
import type { Receipt } from '../change.ts';
import type { PlannedRequest } from './request.ts';

export interface ApiAbout {
	readonly id: string;
	readonly title: string;
	readonly version: string;
	readonly operations: number;
	readonly origin: string;
}

export interface NewApi {
	readonly name: string;
	/** An URL, or an artifact's URI. */
	readonly document: string;
	/** In place of the document's own server. */
	readonly server: string | undefined;
	/** Scheme of the document to alias of a credential in the configuration. */
	readonly auth: Readonly<Record<string, string>>;
	readonly allow: readonly string[];
	readonly deny: readonly string[];
}

export interface ImportReport extends ApiAbout {
	readonly server: string;
	readonly skipped: readonly { readonly op: string; readonly reason: string }[];
	readonly skippedCount: number;
	readonly auth: readonly { readonly scheme: string; readonly type: string; readonly ready: boolean }[];
	/** For biz_undo. */
	readonly changeId: string;
	readonly status: 'imported' | 'exists';
}

export interface OperationHit {
	readonly op: string;
	readonly method: string;
	readonly path: string;
	readonly summary: string;
	readonly effect: string;
}

export interface OperationDetails extends OperationHit {
	readonly description: string;
	readonly contentType: string | undefined;
	readonly otherContentTypes: readonly string[];
	readonly security: readonly (readonly string[])[];
	/** JSON Schema of `args`. */
	readonly args: Readonly<Record<string, unknown>>;
}

export interface ApiRequest {
	readonly connection: string;
	readonly op: string;
	readonly args: Readonly<Record<string, unknown>>;
	readonly contentType: string | undefined;
}

export interface ApiAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON, projected where that was asked for. */
	readonly body?: unknown;
	/** The beginning of an answer that is no JSON, or too long. */
	readonly text?: string;
	/** The whole of a long or binary answer. */
	readonly artifact?: string;
}

/** HTTP APIs described by OpenAPI documents: those of the configuration and those imported. */
export interface Apis {
	list(): Promise<readonly ApiAbout[]>;
	add(api: NewApi, call: Call): Promise<ImportReport>;
	/** What removing an imported API would do, in words; undefined where this names none. */
	planRemoval(connection: string, change: string): Promise<string | undefined>;
	remove(connection: string, change: string): Promise<Receipt>;
	search(connection: string, query: string, limit: number): Promise<readonly OperationHit[]>;
	describe(connection: string, op: string, contentType: string | undefined): Promise<OperationDetails>;
	/** Checks the arguments and builds the request; sends nothing. */
	plan(request: ApiRequest, call: Call): Promise<PlannedRequest>;
	send(
		request: ApiRequest,
		planned: PlannedRequest,
		fields: readonly string[] | undefined,
		call: Call,
	): Promise<ApiAnswer>;
}
