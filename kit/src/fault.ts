import { z } from 'zod';

/**
 * The kinds of failure a caller can tell apart.
 * `pending` is not a failure of the Call but its state: a human has yet to answer.
 */
export const faultKinds = [
	'invalid_input',
	'not_found',
	'denied',
	'pending',
	'conflict',
	'duplicate',
	'unknown_outcome',
	'timeout',
	'cancelled',
	'too_large',
	'rate_limited',
	'unavailable',
	'unsupported',
	'internal',
] as const;
export const FaultKind = z.enum(faultKinds);
export type FaultKind = z.infer<typeof FaultKind>;

/** The form a Fault has on the wire, in `_meta["switchboard/fault"]`. */
export const FaultWire = z.object({
	kind: FaultKind,
	message: z.string(),
	hint: z.string().optional(),
	retryable: z.boolean(),
	/** The job that will hold the outcome, when the Call goes on without its caller. */
	job: z.string().optional(),
});
export type FaultWire = z.infer<typeof FaultWire>;

export interface FaultOptions {
	/** What to do next, addressed to the model. */
	readonly hint?: string;
	readonly retryable?: boolean;
	readonly job?: string;
	readonly cause?: unknown;
}

/** A failure of one kind, worded for the model that reads it; never carries text that came from outside. */
export class Fault extends Error {
	override readonly name = 'Fault';
	readonly kind: FaultKind;
	readonly hint: string | undefined;
	readonly retryable: boolean;
	readonly job: string | undefined;

	constructor(kind: FaultKind, message: string, options: FaultOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.kind = kind;
		this.hint = options.hint;
		this.retryable = options.retryable ?? (kind === 'timeout' || kind === 'unavailable' || kind === 'rate_limited');
		this.job = options.job;
	}

	toWire(): FaultWire {
		return {
			kind: this.kind,
			message: this.message,
			retryable: this.retryable,
			...(this.hint !== undefined && { hint: this.hint }),
			...(this.job !== undefined && { job: this.job }),
		};
	}

	static fromWire(wire: FaultWire): Fault {
		const { kind, message, retryable, hint, job } = wire;
		return new Fault(kind, message, {
			retryable,
			...(hint !== undefined && { hint }),
			...(job !== undefined && { job }),
		});
	}
}

/** Any thrown value as a Fault; one that nobody foresaw is `internal` and keeps its cause for the log. */
export function asFault(error: unknown): Fault {
	if (error instanceof Fault) return error;
	if (error instanceof Error && error.name === 'AbortError') {
		return new Fault('cancelled', 'The call was cancelled.', { cause: error });
	}
	if (error instanceof Error && error.name === 'TimeoutError') {
		return new Fault('timeout', 'The call took longer than it was given.', { cause: error });
	}
	return new Fault('internal', 'The Skill failed in a way it did not foresee.', {
		hint: 'Its log has the details; the next call may be tried.',
		cause: error,
	});
}
