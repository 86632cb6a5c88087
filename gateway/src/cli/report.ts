import { asFault, Fault } from '@switchboard/kit/fault';
import { isUnreachable } from '../daemon/unreachable.ts';
import { commandLine } from './command-line.ts';

/** Whatever a command failed with, as a Fault. */
export function asCommandFault(error: unknown): Fault {
	if (isUnreachable(error)) return new Fault('unavailable', error.message, { hint: error.hint, cause: error });
	return asFault(error);
}

export function faultLines(fault: Fault, command: string): readonly string[] {
	const lines = [`${command}: ${fault.message}`, ...(fault.hint === undefined ? [] : [fault.hint])];
	if (fault.kind !== 'internal') return lines;
	// Ours where it carries its cause; else the daemon has logged it.
	const { cause } = fault;
	return [...lines, cause instanceof Error ? (cause.stack ?? cause.message) : `The log: ${commandLine('logs')}`];
}
