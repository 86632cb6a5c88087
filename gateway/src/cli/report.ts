import { asFault, Fault } from '@switchboard/kit/fault';
import { isUnreachable } from '../daemon/unreachable.ts';

/** Whatever a command failed with, as a Fault. */
export function asCommandFault(error: unknown): Fault {
	if (isUnreachable(error)) return new Fault('unavailable', error.message, { hint: error.hint, cause: error });
	return asFault(error);
}

export function faultLines(fault: Fault, command: string): readonly string[] {
	const lines = [`${command}: ${fault.message}`, ...(fault.hint === undefined ? [] : [fault.hint])];
	return fault.kind === 'internal' && fault.cause instanceof Error
		? [...lines, fault.cause.stack ?? fault.cause.message]
		: lines;
}
