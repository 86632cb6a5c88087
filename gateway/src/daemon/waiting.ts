import { z } from 'zod';
import type { Host } from '../gateway.ts';
import type { Operator } from './operator-context.ts';

export const waitLimitMs = 2 ** 31 - 1;
/** How an operator waits for a Call that a human has to approve. */
export const waiting = {
	/** The operator puts open questions to a human himself. */
	interactive: z.boolean().default(false),
	/** How long a held Call is waited for; as long as the Gateway holds it where absent. */
	waitMs: z.int().min(0).max(waitLimitMs).default(waitLimitMs),
};

export function hostOf({ interactive, waitMs }: { interactive: boolean; waitMs: number }): Host {
	// Leaves the question open, and spares the desktop a notification of what the terminal asks anyway.
	return { name: 'cli', patience: waitMs, ...(interactive && { elicit: async () => 'cancel' as const }) };
}

/** How often a held call is looked for; a human reads the question, so a moment's delay is nothing. */
const approvalPollMs = 150;

/** Runs the work, and tells the operator of each question that his Session waits for meanwhile. */
export async function tellingApprovals<T>(operator: Operator, work: () => Promise<T>): Promise<T> {
	const { gateway, emit } = operator;
	const session = operator.session().id;
	const told = new Set(gateway.approvals.list().map(({ id }) => id));
	const timer = setInterval(() => {
		for (const approval of gateway.approvals.list()) {
			if (approval.session !== session || told.has(approval.id)) continue;
			told.add(approval.id);
			emit({ event: 'approval', data: approval });
		}
	}, approvalPollMs);
	try {
		return await work();
	} finally {
		clearInterval(timer);
	}
}
