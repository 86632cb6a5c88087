import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether a request came from a program here, not from a page that a browser shows or a name that was rebound to us. */
export function isLocal({ headersDistinct: { host, origin = [] } }: Pick<IncomingMessage, 'headersDistinct'>): boolean {
	const [name, ...more] = host ?? [];
	if (name === undefined || more.length > 0 || !isLoopback(name)) return false;
	return origin.length === 0 || (origin.length === 1 && origin.every(isLoopbackOrigin));
}

export function hasToken(
	{ headers: { authorization = '' } }: Pick<IncomingMessage, 'headers'>,
	token: string,
): boolean {
	const sent = Buffer.from(authorization);
	const wanted = Buffer.from(`Bearer ${token}`);
	return sent.length === wanted.length && timingSafeEqual(sent, wanted);
}

function isLoopback(host: string): boolean {
	return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host);
}

function isLoopbackOrigin(origin: string): boolean {
	return /^https?:\/\//.test(origin) && isLoopback(origin.replace(/^https?:\/\//, ''));
}
