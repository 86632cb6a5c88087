import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured log on stderr: stdout belongs to the protocol. */
export function createLog(name: string, level = 'info'): Log {
	return pino(
		{
			name,
			level,
			base: { name, pid: process.pid },
			redact: {
				paths: ['*.password', '*.pass', '*.token', '*.secret', '*.authorization', 'password', 'token', 'secret'],
				censor: '[redacted]',
			},
		},
		pino.destination({ fd: 2, sync: true }),
	);
}
