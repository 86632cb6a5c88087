import type { Effect, Target } from '@switchboard/kit';
import type { RecordId, Scalar, Values } from './connector.ts';

/** Values as a caller gives them: the connector checks each against its field. */
export type Given = Readonly<Record<string, unknown>>;

export type Op =
	| { readonly op: 'create'; readonly entity: string; readonly values: Given }
	| { readonly op: 'update'; readonly ref: string; readonly version: string; readonly values: Given }
	| { readonly op: 'delete'; readonly ref: string; readonly version: string }
	| {
			readonly op: 'action';
			readonly action: string;
			readonly ref: string;
			readonly version?: string | undefined;
			readonly values?: Given | undefined;
	  };

/** How one record would change, field by field. */
export interface Difference {
	/** Index of the operation that causes it. */
	readonly op: number;
	readonly ref: string;
	readonly title: string;
	readonly change: 'create' | 'update' | 'delete';
	readonly fields: readonly FieldDifference[];
}

export interface FieldDifference {
	readonly name: string;
	readonly before: Scalar;
	readonly after: Scalar;
	/** What the record that a relation leads to is called. */
	readonly related?: string;
}

export interface OpError {
	readonly op: number;
	readonly kind: string;
	readonly message: string;
}

/** A change that was worked out and can be applied as it is. */
export interface Planned {
	readonly changeId: string;
	readonly hash: string;
	readonly effect: Effect;
	readonly reversible: boolean;
	readonly targets: readonly Target[];
	readonly diff: readonly Difference[];
	readonly expiresAt: string;
}

export type Preview = { readonly planned: Planned } | { readonly errors: readonly OpError[] };

export interface Receipt {
	readonly changeId: string;
	/** `duplicate`: had been applied before; nothing was done again. */
	readonly status: 'applied' | 'partial' | 'duplicate';
	readonly at: string;
	readonly reversible: boolean;
	readonly outcomes: readonly OpOutcome[];
}

/** What became of one record; an operation may touch several. */
export interface OpOutcome {
	readonly op: number;
	readonly status: 'applied' | 'failed';
	readonly change: Difference['change'];
	readonly ref: string;
	readonly title: string;
	/** Absent where the record is gone. */
	readonly version?: string;
	readonly message?: string;
}

export interface HistoryQuery {
	readonly record: RecordId | undefined;
	readonly change: string | undefined;
	readonly principal: string | undefined;
	readonly limit: number;
	readonly cursor: string | undefined;
}

export interface HistoryEntry {
	readonly at: string;
	readonly principal: string;
	readonly call: string;
	readonly changeId: string;
	readonly ref: string;
	readonly what: string;
	readonly versionBefore?: string;
	readonly versionAfter?: string;
	readonly before?: Values;
	readonly after?: Values;
}

export interface HistoryPage {
	readonly entries: readonly HistoryEntry[];
	readonly nextCursor: string | undefined;
}
