import { asFault, Fault, type FaultWire } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import { isUnreachable } from '../daemon/unreachable.ts';
import { helpHint } from './usage.ts';
import { plain } from './words.ts';

/** Whatever a command failed with, as a Fault. */
export function asCommandFault(error: unknown): Fault {
	if (isUnreachable(error)) return new Fault('unavailable', error.message, { hint: error.hint, cause: error });
	return asFault(error);
}

export function faultLines(fault: Fault | FaultWire, command: string): readonly string[] {
	const hint = fault.hint === helpHint ? `See ${commandLine(command, '--help')}` : fault.hint;
	const lines = [`${command}: ${fault.message}`, ...(hint === undefined ? [] : [hint])].map(plain);
	if (fault.kind !== 'internal') return lines;
	// Ours where it carries its cause; else the daemon has logged it.
	const cause = fault instanceof Fault ? fault.cause : undefined;
	return [...lines, cause instanceof Error ? (cause.stack ?? cause.message) : `The log: ${commandLine('logs')}`];
}
