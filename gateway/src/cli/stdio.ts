import { daemonPaths } from '../daemon/paths.ts';
import { runShim } from '../host/run-shim.ts';
import { defineCommand } from './command.ts';

export const stdio = defineCommand({
	name: 'stdio',
	summary: 'Speak MCP over stdin and stdout; hosts start this',
	usage: '',
	example: '',
	options: {},
	async run({ home, env }) {
		await runShim(daemonPaths(home), env);
		// Whatever is still open, a connection attempt or a timer, must not outlive the host.
		process.exit(0);
	},
});
