import type { Connection } from '../daemon/connect.ts';
import type { Control } from '../daemon/control.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { homeFolder } from '../home.ts';
import type { CommandContext, OpenGateway } from './command.ts';
import type { Output } from './output.ts';

/** What a command gets to work with, and how to let go of it. */
export function createContext(
	args: readonly string[],
	values: CommandContext['values'],
	out: Output,
	parts: { readonly openGateway: OpenGateway },
): { readonly context: CommandContext; close(): void } {
	const { env } = process;
	const home = homeFolder(env);
	const interrupt = new AbortController();
	let control: Promise<Control> | undefined;

	async function connect(start: boolean): Promise<Control> {
		const [{ connectDaemon }, { createControl }, { thisBuild }] = await Promise.all([
			import('../daemon/connect.ts'),
			import('../daemon/control.ts'),
			import('../daemon/build.ts'),
		]);
		const hello = { role: 'operator' as const, cwd: workingFolder(env), key: 'cli', ...thisBuild(env) };
		const connection: Connection = await connectDaemon(daemonPaths(home), {
			hello,
			start,
			env,
			signal: interrupt.signal,
		});
		return createControl(connection);
	}

	process.once('SIGINT', () => {
		// The daemon is told to stop what it does for this command; a second Ctrl-C does not wait.
		process.once('SIGINT', () => process.exit(130));
		interrupt.abort();
	});

	return {
		context: {
			args,
			values,
			home,
			env,
			out,
			signal: interrupt.signal,
			openGateway: parts.openGateway,
			daemon({ start = true } = {}) {
				control ??= connect(start);
				// A failed one is forgotten, so that the next try may start what was not there.
				control.catch(() => {
					control = undefined;
				});
				return control;
			},
		},
		close: () => void control?.then(({ close }) => close()).catch(() => {}),
	};
}

/** npm runs scripts in the package's folder, and says where it was called. */
export function workingFolder({ npm_lifecycle_event: script, INIT_CWD: called }: NodeJS.ProcessEnv): string {
	return script !== undefined && called !== undefined ? called : process.cwd();
}
