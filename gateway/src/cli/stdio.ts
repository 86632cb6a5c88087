import { daemonPaths } from '../daemon/paths.ts';
import { runShim } from '../host/run-shim.ts';
import { defineCommand } from './command.ts';

export const stdio = defineCommand({
	name: 'stdio',
	summary: 'Speak MCP over stdin and stdout; hosts start this',
	usage: '[--folder DIR]',
	example: '--folder ~/Documents',
	options: {
		folder: { type: 'string', value: 'DIR', about: 'Folder to work in, for a host that has none of its own' },
	},
	async run({ home, env, values, out }) {
		if (values.folder !== undefined) enter(values.folder, out.note);
		await runShim(daemonPaths(home), env);
		// Whatever is still open, a connection attempt or a timer, must not outlive the host.
		process.exit(0);
	},
});

/** A folder that is gone is no reason to be gone too: the Session then has no working folder. */
function enter(folder: string, note: (text: string) => void): void {
	try {
		process.chdir(folder);
	} catch {
		note(`There is no folder ${folder}.`);
	}
}
