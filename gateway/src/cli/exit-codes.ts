import type { FaultKind } from '@switchboard/kit/fault';

/** What a command's exit code means; scripts rely on these numbers. */
export const exitCodes = {
	ok: 0,
	failed: 1,
	usage: 2,
	/** A human has yet to answer; the job goes on without the command. */
	pending: 3,
	denied: 4,
	notFound: 5,
	/** The daemon, or the Agent that was needed, cannot be reached. */
	unreachable: 6,
	interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOf(kind: FaultKind): ExitCode {
	switch (kind) {
		case 'invalid_input':
			return exitCodes.usage;
		case 'pending':
			return exitCodes.pending;
		case 'denied':
			return exitCodes.denied;
		case 'not_found':
			return exitCodes.notFound;
		case 'unavailable':
			return exitCodes.unreachable;
		default:
			return exitCodes.failed;
	}
}
