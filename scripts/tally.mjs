/** What a check that only passes or fails adds to the count. */
export function itemOf(name, code) {
	if (code !== 0) process.stderr.write(`${name} failed\n`);
	return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** Counts Vitest's JSON report; a run that failed without a failed test counts as one. */
export function tallyOf(report, code) {
	if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
	// A file that could not be loaded has no tests to count, only a message.
	const broken = report.testResults.filter(
		(file) => file.status === 'failed' && !file.assertionResults.some(hasFailed),
	);
	const failed = report.numFailedTests + broken.length;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && (code !== 0 || report.numPassedTests === 0) ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

function hasFailed({ status }) {
	return status === 'failed';
}

export function add(one, other) {
	return {
		passed: one.passed + other.passed,
		failed: one.failed + other.failed,
		skipped: one.skipped + other.skipped,
	};
}
