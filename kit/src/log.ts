import { type Logger, pino } from 'pino';

export type Log = Logger;

const secretNames = ['password', 'pass', 'token', 'secret', 'authorization'];

/** Takes one line at a time. */
export interface LogDestination {
	write(line: string): void;
}

/** Structured log on stderr, since stdout belongs to the protocol; `scrub` takes known secrets out of every line. */
export function createLog(
	name: string,
	level = 'info',
	scrub: (line: string) => string = (line) => line,
	destination: LogDestination = toStderr(),
): Log {
	return pino(
		{
			name,
			level,
			base: { name, pid: process.pid },
			redact: { paths: secretNames.flatMap((secret) => [secret, `*.${secret}`]), censor: '[redacted]' },
		},
		{ write: (line: string) => destination.write(scrub(line)) },
	);
}

function toStderr(): LogDestination {
	const stderr = pino.destination({ fd: 2, sync: true });
	// Nobody reads any more: the work goes on, or ends in its own order.
	stderr.on('error', () => {});
	return stderr;
}
