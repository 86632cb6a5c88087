// `npm test`: installs if needed, runs everything, and ends with the line "N passed, N failed".
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian.mjs';
import { install } from './install.mjs';
import { findNode, runToEnd } from './node24.mjs';
import { add, itemOf, tallyOf } from './tally.mjs';

const programs = {
	lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
	types: ['node_modules/typescript/bin/tsc', '-b'],
	vitest: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'],
};

const folder = mkdtempSync(join(tmpdir(), 'switchboard-report-'));
let tally = { passed: 0, failed: 0, skipped: 0 };
try {
	install({ dev: true });
	installDebianPackages();
	const node = findNode();
	tally = add(tally, itemOf('lint', await run(node, programs.lint)));
	tally = add(tally, itemOf('types', await run(node, programs.types)));
	tally = add(tally, await runVitest(node, process.argv.slice(2)));
} catch (error) {
	process.stderr.write(`npm test: ${error.message}\n`);
	tally = add(tally, { passed: 0, failed: 1, skipped: 0 });
} finally {
	rmSync(folder, { recursive: true, force: true });
}
if (tally.skipped > 0) process.stdout.write(`${tally.skipped} skipped\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);

async function run(node, args) {
	const code = await runToEnd(node, args);
	if (code === 130) throw new Error('interrupted.');
	return code;
}

async function runVitest(node, filters) {
	const report = join(folder, 'report.json');
	const code = await run(node, [...programs.vitest, `--outputFile.json=${report}`, ...filters]);
	return tallyOf(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code);
}
