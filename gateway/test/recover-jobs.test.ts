import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournal, type End } from '../src/journal/journal.ts';
import { openStore, type Store } from '../src/journal/store.ts';
import { createApprovals } from '../src/policy/approvals.ts';
import { createJobs } from '../src/policy/jobs.ts';
import { recoverJobs } from '../src/policy/recover-jobs.ts';

let home: string;
let store: Store;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'switchboard-jobs-'));
	store = openStore(home);
});
afterEach(() => {
	store.close();
	rmSync(home, { recursive: true, force: true });
});

const about = {
	call: 'c1',
	session: 's',
	principal: 'owner',
	host: 'test',
	agent: 'probe',
	skill: 'probe_send',
	args: {},
	argsDigest: 'd',
	idempotencyKey: undefined,
	run: undefined,
};
const question = { effect: 'send', targets: [], text: 'Send it?', reason: 'sending' } as const;

/** A job as the end of a daemon left it, after the next start. */
function afterStart(reached: 'asked' | 'held' | 'running' | 'intended' | 'sent' | End, outcome = '') {
	const [jobs, approvals, journal] = [createJobs(store), createApprovals(store, 60_000), createJournal(store)];
	const { id: job } = jobs.create(about);
	if (reached === 'asked') approvals.ask({ ...question, job });
	else if (reached !== 'held') {
		approvals.answer(approvals.ask({ ...question, job }).id, true);
		jobs.move(job, 'waiting', 'running');
		if (reached !== 'running') journal.intend({ ...about, effect: 'send' });
		if (reached !== 'running' && reached !== 'intended') journal.sent('c1');
		if (!['running', 'intended', 'sent'].includes(reached)) journal.settle('c1', reached as End, outcome);
	}
	journal.recover();
	recoverJobs(jobs, approvals, journal);
	const settled = jobs.get(job);
	const [block] = settled?.result?.content ?? [];
	return `${settled?.state}: ${block?.type === 'text' ? block.text : ''}`;
}

describe('a job that outlived its daemon', () => {
	it.each([
		['asked', /^waiting: $/],
		['held', /^failed: .*it had no effect/],
		['running', /^failed: .*it had no effect/],
		['intended', /^failed: .*it had no effect/],
		['sent', /^unknown: .*not known/],
		['unknown', /^unknown: .*not known/],
		['done', /^done: It was done/],
		['failed', /^failed: .*This call failed/],
	] as const)('and was %s ends as the journal knows', (reached, expected) => {
		expect(afterStart(reached)).toMatch(expected);
	});

	it('gives its recorded result', () => {
		const result = { content: [{ type: 'text', text: 'sent to ada' }] };
		expect(afterStart('done', JSON.stringify(result))).toBe('done: sent to ada');
	});
});
