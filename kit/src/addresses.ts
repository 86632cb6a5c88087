import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Why an IP address is not on the public internet: `loopback`, `private`, `linkLocal`, …; undefined where it is. */
export function nonPublicRange(address: string): string | undefined {
	if (!ipaddr.isValid(address)) return 'invalid';
	// An IPv4 address inside an IPv6 one is judged as what it is.
	const parsed = ipaddr.process(address);
	const range = parsed.range();
	if (range !== 'unicast') return range;
	// Whatever IPv6 has outside 2000::/3 is not routed on the internet.
	if (parsed instanceof ipaddr.IPv6 && !parsed.match(ipaddr.IPv6.parse('2000::'), 3)) return 'unassigned';
	return undefined;
}

/** A host that is an IP literal, without its brackets, or undefined. */
export function literalAddress(hostname: string): string | undefined {
	const bare = hostname.replace(/^\[(.*)\]$/, '$1');
	return isIP(bare) === 0 ? undefined : bare;
}

export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: ResolveName = (hostname) =>
	new Promise((resolve, reject) => {
		systemLookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
	});

/** What a checked look-up fails with: the range of an address that is not public. */
export class NotPublic extends Error {
	override readonly name = 'NotPublic';
	readonly range: string;

	constructor(range: string) {
		super(`address is ${range}`);
		this.range = range;
	}
}

/** A socket's look-up that connects to what it checked: with `publicOnly` it fails where any address is not public. */
export function createLookup(resolve: ResolveName, { publicOnly }: { readonly publicOnly: boolean }): LookupFunction {
	return (hostname, options, callback) => {
		addressesOf(hostname, resolve, publicOnly).then(
			([first, ...others]) => {
				if (options.all) callback(null, [first, ...others]);
				else callback(null, first.address, first.family);
			},
			(error: NodeJS.ErrnoException) => callback(error, ''),
		);
	};
}

async function addressesOf(
	hostname: string,
	resolve: ResolveName,
	publicOnly: boolean,
): Promise<[LookupAddress, ...LookupAddress[]]> {
	const [first, ...others] = await resolve(hostname);
	if (first === undefined) throw Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });
	for (const { address } of publicOnly ? [first, ...others] : []) {
		const range = nonPublicRange(address);
		if (range !== undefined) throw new NotPublic(range);
	}
	return [first, ...others];
}
