import { expect, it } from 'vitest';
import { add, itemOf, tallyOf } from '../../scripts/tally.mjs';

function report(
	passed: number,
	failed: number,
	files: readonly { status: string; assertionResults: { status: string }[] }[],
) {
	return { numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0, testResults: files };
}
const broken = { status: 'failed', assertionResults: [] };
const bad = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] };

it.each([
	['tests that pass', report(5, 0, []), 0, { passed: 5, failed: 0, skipped: 1 }],
	['tests that fail', report(5, 2, [bad]), 1, { passed: 5, failed: 2, skipped: 1 }],
	['a file that cannot be loaded', report(5, 0, [broken]), 1, { passed: 5, failed: 1, skipped: 1 }],
	['an error outside of any test', report(5, 0, []), 1, { passed: 5, failed: 1, skipped: 1 }],
	['a run that found no test', report(0, 0, []), 0, { passed: 0, failed: 1, skipped: 1 }],
	['a run that left no report', undefined, 137, { passed: 0, failed: 1, skipped: 0 }],
])('counts %s', (_what, found, code, tally) => {
	expect(tallyOf(found, code)).toEqual(tally);
});

it('counts lint and types as one each', () => {
	expect(add(itemOf('lint', 0), itemOf('types', 2))).toEqual({ passed: 1, failed: 1, skipped: 0 });
});
