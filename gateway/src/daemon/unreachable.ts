/** That there is no daemon to speak to. Not a Fault: the shim reports it without loading what a Fault is made of. */
export interface Unreachable extends Error {
	readonly code: 'UNREACHABLE';
	/** Nobody is there, somebody is and says nothing, or whoever was started ended again. */
	readonly state: 'absent' | 'silent' | 'failed';
	readonly hint: string;
}

export function unreachable(state: Unreachable['state'], message: string, hint: string): Unreachable {
	return Object.assign(new Error(message), { code: 'UNREACHABLE' as const, state, hint });
}

export function isUnreachable(error: unknown): error is Unreachable {
	return error instanceof Error && 'code' in error && error.code === 'UNREACHABLE';
}
