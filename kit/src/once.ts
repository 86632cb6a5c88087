import type { Claims } from './claims.ts';
import { asFault, Fault, type FaultKind } from './fault.ts';

/** Failures that leave open whether the effect was had before they struck. */
const inDoubt: readonly FaultKind[] = ['timeout', 'cancelled', 'internal', 'unknown_outcome'];

/** Does what `act` does at most once a key, also over a crash; a repeat gets the outcome of the first. */
export async function once<T>(claims: Claims, key: string, digest: string, act: () => Promise<T>): Promise<T> {
	const claim = claims.claim(key, digest);
	switch (claim.state) {
		case 'new':
			return await settled(claims, key, act);
		case 'done':
			// Stored by the same Skill under the digest of the same arguments.
			return claim.result as T;
		case 'failed':
			throw Fault.fromWire(claim.fault);
		case 'running':
			throw new Fault('conflict', 'A call with this idempotency key is still running.', {
				hint: 'Wait for it; do not send it again.',
			});
		case 'unknown':
			throw unknownOutcome();
		case 'other':
			throw new Fault('conflict', 'This idempotency key was used for other arguments.', { hint: 'Use a new key.' });
	}
}

async function settled<T>(claims: Claims, key: string, act: () => Promise<T>): Promise<T> {
	try {
		const result = await act();
		claims.done(key, result);
		return result;
	} catch (error) {
		const fault = asFault(error);
		if (inDoubt.includes(fault.kind)) claims.failed(key, unknownOutcome().toWire());
		// The Skill says that nothing happened and trying again may help.
		else if (fault.retryable) claims.release(key);
		else claims.failed(key, fault.toWire());
		throw error;
	}
}

function unknownOutcome(): Fault {
	return new Fault('unknown_outcome', 'A call with this idempotency key began and its outcome is not known.', {
		hint: 'Look whether it had its effect before sending it under a new key.',
	});
}
