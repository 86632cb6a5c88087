import { Fault } from '@switchboard/kit/fault';

/** Stands for the help of the command that failed. */
export const helpHint = 'See --help.';

/** A command line that says too little, too much or the wrong thing. */
export function usageFault(message: string, hint = helpHint): Fault {
	return new Fault('invalid_input', message, { hint, retryable: false });
}

/** The one positional argument a command takes. */
export function theOne(args: readonly string[], what: string): string {
	const [one, ...more] = args;
	if (one === undefined) throw usageFault(`It needs ${what}.`);
	if (more.length > 0) throw usageFault(`It takes one ${what.replace(/^an? /, '')}, not ${args.length}.`);
	return one;
}

export function wholeNumber(text: string, option: string, most = 1_000_000): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 0 || number > most)
		throw usageFault(`--${option} takes a whole number up to ${most}.`);
	return number;
}
