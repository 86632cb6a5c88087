import { homedir } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Target } from '@switchboard/kit/effect';

type Kind = Target['kind'];

/**
 * Whether a target is what a rule names. Paths and origins are compared by their parts, so that `/w/*` is not
 * `/w-evil` and no host begins like another; undefined for a value that is no path, origin or recipient at all.
 */
export function targetFits(kind: Kind, pattern: string, value: string): boolean | undefined {
	switch (kind) {
		case 'path':
			return isAbsolute(value) ? pathFits(pattern, resolve(value)) : undefined;
		case 'origin':
			return URL.canParse(value) ? originFits(pattern, new URL(value)) : undefined;
		case 'recipient':
			return recipientFits(pattern.toLowerCase(), value.trim().toLowerCase());
		default:
			return textFits(pattern, value);
	}
}

/** Why a pattern of this kind would not mean what it seems to; undefined where it does. */
export function problemOfPattern(kind: Kind, pattern: string): string | undefined {
	if (pattern === '*') return undefined;
	switch (kind) {
		case 'path':
			return /^(~[/\\]|~$)/.test(pattern) || isAbsolute(pattern)
				? starOnlyAs(/[/\\]\*$/, pattern, '/folder/* for all below a folder')
				: 'a path is absolute or from ~';
		case 'origin':
			return /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[^/*\s@]+?(:(\d+|\*))?\/?$/i.test(pattern)
				? undefined
				: 'an origin is scheme://host[:port], with *. before the host for all below it or :* for all ports';
		case 'recipient':
			return starOnlyAs(/^\*(?=@)/, pattern, '*@example.com for all of a domain');
		default:
			return undefined;
	}
}

/** A value, or a prefix ending in `*`. */
export function textFits(pattern: string, value: string): boolean {
	return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function starOnlyAs(place: RegExp, pattern: string, allowed: string): string | undefined {
	return pattern.replace(place, '').includes('*') ? `* stands only as in ${allowed}` : undefined;
}

function pathFits(pattern: string, path: string): boolean {
	if (pattern === '*') return true;
	const isTree = /[/\\]\*$/.test(pattern);
	const named = fromHome(isTree ? pattern.slice(0, -1) : pattern);
	if (!isTree) return path === named;
	const way = relative(named, path);
	return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function fromHome(path: string): string {
	return path.startsWith('~') ? resolve(homedir(), `.${path.slice(1)}`) : resolve(path);
}

function originFits(pattern: string, { protocol, hostname, port }: URL): boolean {
	if (pattern === '*') return true;
	const [, scheme = '', below = '', host = '', wantedPort] =
		/^([a-z][a-z0-9+.-]*:)\/\/(\*\.)?(.+?)(?::(\d+|\*))?\/?$/i.exec(pattern) ?? [];
	if (scheme.toLowerCase() !== protocol) return false;
	const base = `${protocol}//${host}${wantedPort === undefined || wantedPort === '*' ? '' : `:${wantedPort}`}`;
	if (!URL.canParse(base)) return false;
	const wanted = new URL(base);
	if (wantedPort !== '*' && wanted.port !== port) return false;
	const [name, wantedName] = [withoutDot(hostname), withoutDot(wanted.hostname)];
	return below === '' ? name === wantedName : name.endsWith(`.${wantedName}`);
}

/** A name with its last dot is the same name. */
function withoutDot(hostname: string): string {
	return hostname.replace(/\.$/, '');
}

function recipientFits(pattern: string, recipient: string): boolean {
	if (pattern === '*') return true;
	return pattern.startsWith('*@') ? recipient.endsWith(pattern.slice(1)) : recipient === pattern;
}
