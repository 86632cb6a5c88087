import { Fault } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import type { Journal } from '../journal/journal.ts';
import { readFault } from '../results/outcome.ts';
import type { Approvals } from './approvals.ts';
import type { Jobs, Settled } from './jobs.ts';

/** After a start: settles the jobs that nobody runs and nobody can answer any more, as the journal knows them. */
export function recoverJobs(jobs: Jobs, approvals: Pick<Approvals, 'list'>, journal: Pick<Journal, 'stateOf'>): void {
	const asked = new Set(approvals.list().map(({ job }) => job));
	for (const job of jobs.open()) {
		if (job.state === 'waiting' && asked.has(job.id)) continue;
		const [state, result] = outcomeOf(journal.stateOf(jobs.stored(job.id)?.call ?? ''));
		jobs.settle(job.id, state, result);
	}
}

function outcomeOf(journalled: ReturnType<Journal['stateOf']>): [Settled, SkillResult] {
	const { state = 'failed', outcome } = journalled ?? {};
	const known = state === 'done' || state === 'unknown' ? state : 'failed';
	if (outcome !== undefined && outcome !== '') return [known, JSON.parse(outcome) as SkillResult];
	if (known === 'done')
		return [known, { content: [{ type: 'text', text: 'It was done. Its result was lost when the Gateway ended.' }] }];
	return [known, readFault(known === 'unknown' ? unknown() : failed(outcome !== undefined)).result];
}

function failed(wasSent: boolean): Fault {
	const what = wasSent
		? 'This call failed; why was lost when the Gateway ended.'
		: 'The Gateway ended before this call was done; it had no effect.';
	return new Fault('unavailable', what, { hint: 'Call again if it is still wanted.' });
}

function unknown(): Fault {
	return new Fault('unknown_outcome', 'The Gateway ended during this call. Whether it had its effect is not known.', {
		hint: 'Look before you send it again.',
		retryable: false,
	});
}
