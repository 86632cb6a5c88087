import type { Build } from './build.ts';

/** The first line on the socket says who speaks; one line answers it. What follows depends on the role. */
export interface Hello extends Build {
	/** A host's bytes are MCP; an operator's are requests of `methods`. */
	readonly role: 'host' | 'operator';
	/** Where the host was started; a wish until it is granted. */
	readonly cwd: string;
	/** Names this connection across reconnects, so that it stays one Session. */
	readonly key: string;
}

export type Answer =
	| { readonly ok: true; readonly version: string; readonly pid: number }
	/** This daemon ends for a newer one; connect again when the line is dead. */
	| { readonly drain: true }
	| { readonly refused: string };

/** From the daemon to a host's shim: what is under way will be finished, nothing new should be sent here. */
export const drainingMethod = 'notifications/switchboard/draining';
/** From the shim to the daemon: nothing new has been sent since. */
export const drainedMethod = 'notifications/switchboard/drained';

/** Checked by hand: the shim reads this before anything heavy is loaded. */
export function readHello(line: string): Hello | undefined {
	const { role, cwd, key, version, stamp } = parsed(line);
	if (role !== 'host' && role !== 'operator') return undefined;
	if (typeof cwd !== 'string' || typeof key !== 'string' || typeof version !== 'string' || typeof stamp !== 'number')
		return undefined;
	return { role, cwd, key: key.slice(0, 200), version, stamp };
}

export function readAnswer(line: string): Answer | undefined {
	const { ok, drain, refused, version, pid } = parsed(line);
	if (ok === true && typeof version === 'string' && typeof pid === 'number') return { ok, version, pid };
	if (drain === true) return { drain };
	return typeof refused === 'string' ? { refused } : undefined;
}

function parsed(line: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
