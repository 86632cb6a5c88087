import { NotPublic } from './addresses.ts';
import { Fault } from './fault.ts';

const timeoutCodes = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];

/** What a fetch threw, as a Fault that names the origin; a cancellation stays what it is. */
export function fetchFault(error: unknown, origin: string, signal: AbortSignal, setting: string): unknown {
	if (error instanceof Fault) return error;
	if (signal.aborted) return abortedFault(signal.reason);
	const causes = causesOf(error);
	const notPublic = causes.find((cause) => cause instanceof NotPublic);
	if (notPublic !== undefined) return notPublicFault(origin, notPublic.range, setting);
	const code = causes.map((cause) => (cause as NodeJS.ErrnoException).code).find((found) => typeof found === 'string');
	if (code !== undefined && timeoutCodes.includes(code))
		return new Fault('timeout', `${origin} did not answer in time.`, { cause: error });
	return new Fault('unavailable', `${origin} could not be reached${code === undefined ? '' : ` (${code})`}.`, {
		cause: error,
	});
}

export function notPublicFault(origin: string, range: string, setting: string): Fault {
	return new Fault('denied', `${origin} is not on the public internet (its address is ${range}).`, {
		hint: `Its owner may name this exact origin in the setting ${setting}.`,
	});
}

function abortedFault(reason: unknown): unknown {
	if (!(reason instanceof Error) || reason.name !== 'TimeoutError') return reason;
	return new Fault('timeout', 'The fetch took longer than it was given.', { cause: reason });
}

function causesOf(error: unknown): Error[] {
	return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
