import type { FaultWire } from './fault.ts';

/** What is known about an idempotency key. */
export type Claim =
	| { readonly state: 'new' }
	| { readonly state: 'running' }
	| { readonly state: 'unknown' }
	| { readonly state: 'done'; readonly result: unknown }
	| { readonly state: 'failed'; readonly fault: FaultWire }
	/** The key was used for other arguments. */
	| { readonly state: 'other' };

/** The durable record of which keys have had their effect. Claimed before the effect, settled after it. */
export interface Claims {
	claim(key: string, digest: string): Claim;
	done(key: string, result: unknown): void;
	failed(key: string, fault: FaultWire): void;
	/** Nothing happened: the key may be used again. */
	release(key: string): void;
	close(): void;
}

/** Opens the store at `file`; a claim still running from an earlier process is `unknown`. */
export function createClaims(file: string): Claims {
	throw new Error(`to be written ${file}`);
}
