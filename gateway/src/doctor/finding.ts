import { asFault } from '@switchboard/kit/fault';

/** What one check found. A warning works today; a problem does not. */
export interface Finding {
	readonly check: string;
	readonly status: 'ok' | 'warning' | 'problem';
	readonly found: string;
	/** What to do about it. */
	readonly fix?: string;
}

export function ok(check: string, found: string): Finding {
	return { check, status: 'ok', found };
}

export function warning(check: string, found: string, fix: string): Finding {
	return { check, status: 'warning', found, fix };
}

export function problem(check: string, found: string, fix: string): Finding {
	return { check, status: 'problem', found, fix };
}

/** A check that itself fails is a finding too. */
export async function finding(check: string, fix: string, look: () => Promise<Finding> | Finding): Promise<Finding> {
	try {
		return await look();
	} catch (error) {
		const { kind, message, hint, cause } = asFault(error);
		return problem(check, kind === 'internal' && cause instanceof Error ? cause.message : message, hint ?? fix);
	}
}
