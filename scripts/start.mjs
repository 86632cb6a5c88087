// `npm start [-- "instruction"]`: installs if needed, then `switchboard run`.
import { install } from './install.mjs';
import { findNode, runToEnd } from './node24.mjs';

try {
	install({ dev: false });
	const main = ['--conditions=@switchboard/source', 'gateway/src/main.ts'];
	process.exitCode = await runToEnd(findNode(), [...main, 'run', ...process.argv.slice(2)]);
} catch (error) {
	process.stderr.write(`npm start: ${error.message}\n`);
	process.exitCode = 1;
}
