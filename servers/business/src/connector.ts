import type { Effect } from '@switchboard/kit';
import type { HistoryPage, HistoryQuery, Op, Planned, Preview, Receipt } from './change.ts';
import type { Filter } from './filter.ts';

/**
 * What a business system must be able to do to stand behind the `biz_*` Skills. The embedded CRM is the first;
 * an ERP or a database joins by implementing this and passing `test/connector-suite.ts`.
 * Values cross as JSON scalars; decimals as text, never as floats; relations as references.
 */
export interface Connector {
	readonly id: string;
	about(): Promise<About>;
	entities(signal: AbortSignal): Promise<readonly EntitySummary[]>;
	describe(entity: string, signal: AbortSignal): Promise<EntityDescription>;
	search(query: SearchQuery, signal: AbortSignal): Promise<Page>;
	get(id: RecordId, fields: readonly string[] | undefined, signal: AbortSignal): Promise<FullRecord>;
	aggregate(query: AggregateQuery, signal: AbortSignal): Promise<AggregateRows>;
	/** Works out what the operations would do, does none of it, and remembers the outcome for `apply`. */
	preview(ops: readonly Op[], by: By, signal: AbortSignal): Promise<Preview>;
	/** A remembered change of this principal; `not_found` for any other, `conflict` where a record has moved since. */
	planned(change: string, by: By): Promise<Planned>;
	/** Does what was previewed, once, however often it is asked; `conflict` where a record has moved since. */
	apply(change: string, hash: string, by: By, signal: AbortSignal): Promise<Receipt>;
	/** What taking an applied change back would do; `unsupported` where it cannot be, `conflict` where a record has moved. */
	planUndo(change: string, by: By): Promise<Planned>;
	/** Takes the change back, if that still does what `hash` says. */
	undo(change: string, hash: string, by: By): Promise<Receipt>;
	attach(id: RecordId, file: NewAttachment, by: By, signal: AbortSignal): Promise<Attached>;
	/** A path to an attachment's content, checked against its SHA-256. */
	content(id: RecordId, sha256: string): Promise<Attachment & { readonly path: string }>;
	history(query: HistoryQuery, signal: AbortSignal): Promise<HistoryPage>;
}

export type Scalar = string | number | boolean | null;
export type Values = Readonly<Record<string, Scalar>>;

/** On whose behalf, and by which Call. */
export interface By {
	readonly principal: string;
	readonly call: string;
}

export interface RecordId {
	readonly entity: string;
	readonly id: string;
}

export interface About {
	readonly id: string;
	readonly kind: string;
	readonly title: string;
	readonly version: string;
	readonly entities: number;
}

export interface EntitySummary {
	readonly name: string;
	readonly title: string;
	readonly records: number;
}

export interface FieldDescription {
	readonly name: string;
	readonly type: string;
	readonly required?: boolean;
	readonly readonly?: boolean;
	/** The entity a relation points to. */
	readonly relation?: string;
	readonly selection?: readonly string[];
	readonly note?: string;
}

export interface ActionDescription {
	readonly name: string;
	readonly title: string;
	readonly effect: Effect;
	readonly reversible: boolean;
	/** States of the record in which it is possible. */
	readonly from?: readonly string[];
	readonly values: readonly FieldDescription[];
}

export interface EntityDescription extends EntitySummary {
	readonly fields: readonly FieldDescription[];
	readonly actions: readonly ActionDescription[];
	readonly operations: readonly ('create' | 'update' | 'delete')[];
}

export interface Order {
	readonly path: string;
	readonly descending: boolean;
}

export interface SearchQuery {
	readonly entity: string;
	readonly filter: Filter | undefined;
	/** Field names and relation paths; the connector's own choice where absent. */
	readonly fields: readonly string[] | undefined;
	readonly order: readonly Order[];
	readonly limit: number;
	readonly cursor: string | undefined;
	/** Also count all matches. */
	readonly count: boolean;
}

export interface Row {
	readonly ref: string;
	/** Opaque; goes back unchanged with an update. */
	readonly version: string;
	readonly values: Values;
}

export interface Page {
	readonly rows: readonly Row[];
	readonly nextCursor: string | undefined;
	readonly total: number | undefined;
}

export interface Attachment {
	readonly name: string;
	readonly sha256: string;
	readonly size: number;
	readonly mimeType: string;
	readonly source: 'own' | 'outside';
	readonly origin?: string;
}

export interface FullRecord extends Row {
	readonly attachments: readonly Attachment[];
}

export const dateBuckets = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type DateBucket = (typeof dateBuckets)[number];

export const measureKinds = ['count', 'sum', 'avg', 'min', 'max'] as const;
export type MeasureKind = (typeof measureKinds)[number];

export interface AggregateQuery {
	readonly entity: string;
	readonly filter: Filter | undefined;
	readonly groupBy: readonly { readonly path: string; readonly bucket: DateBucket | undefined }[];
	readonly measures: readonly { readonly kind: MeasureKind; readonly path: string | undefined }[];
	readonly limit: number;
}

export interface AggregateRows {
	readonly rows: readonly Values[];
	/** There are more groups than the limit. */
	readonly more: boolean;
}

export interface NewAttachment {
	readonly path: string;
	readonly name: string;
	readonly sha256: string;
	readonly size: number;
	readonly mimeType: string;
	readonly source: 'own' | 'outside';
	readonly origin?: string | undefined;
}

export interface Attached {
	/** Absent where the record had this very file already. */
	readonly changeId: string | undefined;
	readonly attachment: Attachment;
}
