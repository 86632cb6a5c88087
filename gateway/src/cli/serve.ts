import { asFault } from '@switchboard/kit/fault';
import { createLog } from '@switchboard/kit/log';
import { createLogFile } from '../daemon/log-file.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { runDaemon } from '../daemon/run-daemon.ts';
import { defineCommand } from './command.ts';
import { exitCodeOf } from './exit-codes.ts';

export const serve = defineCommand({
	name: 'serve',
	summary: 'Run the daemon in this terminal, or as a service',
	usage: '[--background]',
	example: '',
	options: {
		background: { type: 'boolean', about: 'Say nothing; log to the daemon’s log file only' },
	},
	async run({ home, env, values, openGateway, out }) {
		const paths = daemonPaths(home);
		const file = createLogFile(paths.log);
		const isBackground = values.background === true;
		const destination = {
			write(line: string) {
				file.write(line);
				if (!isBackground) process.stderr.write(line);
			},
		};
		const log = createLog('daemon', env.SWITCHBOARD_LOG ?? 'info', undefined, destination);
		try {
			const ran = await runDaemon({ paths, log, open: () => openGateway(home, log) });
			if (!ran && !isBackground) out.note('A daemon of this home runs already.');
		} catch (error) {
			const fault = asFault(error);
			const reason = fault.kind === 'internal' ? String(fault.cause) : fault.message;
			// Whoever started this reads the reason from the log.
			log.fatal({ reason, err: fault.cause }, 'daemon could not start');
			if (!isBackground) throw error;
			process.exit(exitCodeOf(fault.kind));
		}
		// Agents that did not stop in time must not keep the daemon's process.
		process.exit(0);
	},
});
