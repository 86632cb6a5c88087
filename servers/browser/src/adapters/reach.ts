import { isIPv6, type LookupFunction } from 'node:net';
import { literalAddress, type ResolveName } from '@switchboard/kit/addresses';
import { type Endpoint, isListed, isLoopbackName, type OriginRule, refusalOf } from '../origins.ts';
import type { Incidents } from './incidents.ts';

export interface ReachRules {
	/** Asked at every connection, since a Session's grants change. */
	readonly allowed: () => readonly OriginRule[];
	readonly allowPrivate: boolean;
	readonly resolve: ResolveName;
}

/** How to connect: to these addresses and to no others, whatever the name comes to mean meanwhile. */
export interface Reach {
	readonly host: string;
	readonly lookup: LookupFunction;
}

/** Undefined where an endpoint may not or cannot be reached; why is among the incidents then. */
export function createReach(
	{ allowed, allowPrivate, resolve }: ReachRules,
	incidents: Incidents,
): (endpoint: Endpoint, origin: string) => Promise<Reach | undefined> {
	return async (endpoint, origin) => {
		const addresses = await addressesOf(endpoint.hostname, resolve);
		if (addresses.length === 0) {
			incidents.add({ kind: 'unreachable', origin, why: 'has a name that does not resolve' });
			return undefined;
		}
		// One address that may not be reached is enough: a name with a public and a private one is a trap.
		const [why] = isListed(endpoint, allowed())
			? []
			: addresses.flatMap((address) => refusalOf(address, allowPrivate) ?? []);
		if (why === undefined)
			return { host: literalAddress(endpoint.hostname) ?? endpoint.hostname, lookup: pinned(addresses) };
		incidents.add({ kind: 'refused', origin, why: `is ${why}` });
		return undefined;
	};
}

async function addressesOf(hostname: string, resolve: ResolveName): Promise<readonly string[]> {
	const literal = literalAddress(hostname);
	if (literal !== undefined) return [literal];
	// Names below localhost are this machine's, also where the resolver has not heard of that.
	const found = await resolve(hostname).catch(() => (isLoopbackName(hostname) ? [{ address: '127.0.0.1' }] : []));
	return found.map(({ address }) => address);
}

function pinned(addresses: readonly string[]): LookupFunction {
	const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
	return (_hostname, options, callback) => {
		const [first] = all;
		if (options.all) callback(null, all);
		else callback(null, first?.address ?? '', first?.family);
	};
}
