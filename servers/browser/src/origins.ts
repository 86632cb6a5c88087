import { BlockList, isIPv6 } from 'node:net';
import { literalAddress, nonPublicRange } from '@switchboard/kit/addresses';

/** A web address as far as permission to reach it depends on it; no scheme where a tunnel hides it. */
export interface Endpoint {
	readonly protocol?: 'http:' | 'https:';
	/** As URLs write it: lower case, IPv6 in brackets. */
	readonly hostname: string;
	readonly port: number;
}

/** One entry of `allowOrigins`. */
export interface OriginRule {
	readonly protocol: 'http:' | 'https:';
	readonly hostname: string;
	readonly port: number | '*';
}

const pattern = /^(https?:)\/\/(\[[0-9a-f:.]+\]|[^/:*?#@\s[\]]+)(?::(\d{1,5}|\*))?\/?$/i;

/** Undefined for what is no origin, or has a `*` anywhere but as the port of a loopback host. */
export function originRule(text: string): OriginRule | undefined {
	const [, protocol = '', host = '', port] = pattern.exec(text) ?? [];
	const url = URL.parse(`${protocol}//${host}${port === undefined || port === '*' ? '' : `:${port}`}`);
	if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
	if (port === '*' && !isLoopbackHost(url.hostname)) return undefined;
	return { protocol: url.protocol, hostname: url.hostname, port: port === '*' ? '*' : portOf(url) };
}

export function portOf({ port, protocol }: { readonly port: string; readonly protocol: string }): number {
	if (port !== '') return Number(port);
	return protocol === 'https:' || protocol === 'wss:' ? 443 : 80;
}

export function isListed({ protocol, hostname, port }: Endpoint, rules: readonly OriginRule[]): boolean {
	return rules.some(
		(rule) =>
			(protocol === undefined || rule.protocol === protocol) &&
			rule.hostname === hostname &&
			(rule.port === '*' || rule.port === port),
	);
}

/** Whether a name is this machine's whatever a resolver says. */
export function isLoopbackName(hostname: string): boolean {
	return /^(.+\.)?localhost\.?$/.test(hostname);
}

function isLoopbackHost(hostname: string): boolean {
	if (isLoopbackName(hostname)) return true;
	const address = literalAddress(hostname);
	return address !== undefined && nonPublicRange(address) === 'loopback';
}

const homeRanges = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/** Where clouds hand out the keys of the machine: only an origin written down opens these. */
const keyServers = new BlockList();
for (const address of ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200'])
	keyServers.addAddress(address);
keyServers.addAddress('fd00:ec2::254', 'ipv6');

/** Why an address may not be connected to, in words that complete "is …"; undefined where it may. */
export function refusalOf(address: string, allowPrivate: boolean): string | undefined {
	const range = nonPublicRange(address);
	if (range === undefined) return undefined;
	if (allowPrivate && homeRanges.has(range) && !isKeyServer(address)) return undefined;
	switch (range) {
		case 'loopback':
			return 'on this machine';
		case 'private':
		case 'uniqueLocal':
		case 'carrierGradeNat':
			return 'in a private network';
		case 'linkLocal':
			return 'on the local link';
		default:
			return 'at an address that is not public';
	}
}

function isKeyServer(address: string): boolean {
	return keyServers.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
