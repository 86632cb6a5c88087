import { digestOf } from '@switchboard/kit/digest';
import type { Approval } from '../gateway.ts';
import type { Audit } from '../journal/audit.ts';
import type { Reading } from '../results/outcome.ts';
import type { StoredCall } from './jobs.ts';

/** A question that ended without a yes, as the audit keeps it. */
export function recordRefusal(audit: Audit, call: StoredCall, approval: Approval, reading: Reading): void {
	audit.append(
		{
			at: new Date().toISOString(),
			call: call.call,
			...(call.run !== undefined && { run: call.run }),
			session: call.session,
			principal: call.principal,
			host: call.host,
			agent: call.agent,
			skill: call.skill,
			effect: approval.effect,
			targets: approval.targets,
			decision: 'refused',
			rule: approval.reason,
			status: reading.status,
			...(reading.fault !== undefined && { fault: reading.fault.kind }),
			ms: Date.now() - Date.parse(approval.createdAt),
			argsDigest: call.argsDigest,
			resultDigest: digestOf(reading.result),
		},
		true,
	);
}
