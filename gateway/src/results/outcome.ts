import { Fault, FaultWire } from '@switchboard/kit/fault';
import { faultResult, type SkillResult } from '@switchboard/kit/perform';
import { Artifact, metaKeys } from '@switchboard/kit/wire';
import { z } from 'zod';
import type { CallStatus } from '../gateway.ts';

/** What a result means for the one who called. */
export interface Reading {
	readonly status: CallStatus;
	readonly result: SkillResult;
	readonly fault?: FaultWire;
	readonly artifacts: readonly Artifact[];
}

/** Reads an Agent's result: a failure without a Fault of ours is one of kind `internal`. */
export function readResult(result: SkillResult): Reading {
	const artifacts = z.array(Artifact).safeParse(result._meta?.[metaKeys.artifacts] ?? []);
	if (result.isError !== true) return { status: 'done', result, artifacts: artifacts.success ? artifacts.data : [] };
	const parsed = FaultWire.safeParse(result._meta?.[metaKeys.fault]);
	const fault = parsed.success ? parsed.data : new Fault('internal', 'The Agent reported an error.').toWire();
	return { status: statusOf(fault), result, fault, artifacts: [] };
}

/** A Fault as the result a host gets. */
export function readFault(fault: Fault, status: CallStatus = statusOf(fault)): Reading {
	return { status, result: faultResult(fault), fault: fault.toWire(), artifacts: [] };
}

function statusOf({ kind }: Pick<FaultWire, 'kind'>): CallStatus {
	switch (kind) {
		case 'pending':
		case 'cancelled':
		case 'denied':
			return kind;
		case 'unknown_outcome':
			return 'unknown';
		default:
			return 'failed';
	}
}
