import type { Agent, Headers, RequestInit, Response } from 'undici';
import { createLookup, literalAddress, nonPublicRange, type ResolveName, resolveBySystem } from './addresses.ts';
import { boundedBody } from './bounded-body.ts';
import { Fault } from './fault.ts';
import { fetchFault, notPublicFault } from './fetch-faults.ts';

export interface SafeFetchOptions {
	/** Origins that may be private or loopback, such as `http://127.0.0.1:8080`. */
	readonly allowOrigins?: readonly string[];
	readonly maxRedirects?: number;
	/** For the whole of it: redirects and body included. */
	readonly timeoutMs?: number;
	/** Most bytes of a body, after decompression. */
	readonly maxBytes?: number;
	/** The setting that a refusal names, as the owner finds it in the Agent's configuration. */
	readonly setting?: string;
	/** Names to addresses; the system's resolver where absent. */
	readonly resolve?: ResolveName;
}

/**
 * `fetch` that resolves a name once, checks every address and redirect, and connects only to what it checked.
 * With `redirect: 'manual'` a redirect is the answer and nobody follows it.
 * `allowed` are further origins that may be private, for this one fetch: those of its Call.
 */
export type SafeFetch = (url: string | URL, init?: RequestInit, allowed?: readonly string[]) => Promise<Response>;

type Limits = Required<SafeFetchOptions> & { readonly isFollowed: boolean };
type HopInit = RequestInit & { readonly signal: AbortSignal };

interface Vendor {
	readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
	readonly Headers: typeof Headers;
	readonly Response: typeof Response;
	/** Connects to what was checked to be public. */
	readonly checked: Agent;
	/** Connects anywhere: for allowed origins. */
	readonly unchecked: Agent;
}

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
	const { allowOrigins = [] } = options;
	const limits: Omit<Limits, 'isFollowed'> = {
		allowOrigins,
		maxRedirects: options.maxRedirects ?? 3,
		timeoutMs: options.timeoutMs ?? 30_000,
		maxBytes: options.maxBytes ?? 10 * 1024 * 1024,
		setting: options.setting ?? 'allowOrigins',
		resolve: options.resolve ?? resolveBySystem,
	};
	let vendor: Promise<Vendor> | undefined;

	return async (url, init = {}, allowed = []) => {
		vendor ??= load(limits);
		const signal = AbortSignal.any([AbortSignal.timeout(limits.timeoutMs), ...(init.signal ? [init.signal] : [])]);
		const target = urlOf(url);
		try {
			return await follow(
				await vendor,
				target,
				{ ...init, signal, redirect: 'manual' },
				{
					...limits,
					allowOrigins: [...allowOrigins, ...allowed],
					isFollowed: init.redirect !== 'manual',
				},
			);
		} catch (error) {
			throw fetchFault(error, target.origin, signal, limits.setting);
		}
	};
}

/** Loaded on first use: most starts of an Agent never fetch. */
async function load({ resolve }: Pick<Limits, 'resolve'>): Promise<Vendor> {
	const { Agent, fetch, Headers, Response } = await import('undici');
	return {
		fetch,
		Headers,
		Response,
		checked: new Agent({ connect: { lookup: createLookup(resolve, { publicOnly: true }) } }),
		unchecked: new Agent({ connect: { lookup: createLookup(resolve, { publicOnly: false }) } }),
	};
}

async function follow(vendor: Vendor, first: URL, firstInit: HopInit, limits: Limits): Promise<Response> {
	let url = first;
	let init = firstInit;
	for (let hop = 0; ; hop += 1) {
		const response = await fetchHop(vendor, url, init, limits);
		const isRedirect = limits.isFollowed && redirectStatuses.has(response.status);
		const location = isRedirect ? response.headers.get('location') : null;
		if (location === null) {
			const { maxBytes } = limits;
			const failed = (error: unknown): unknown => fetchFault(error, url.origin, init.signal, limits.setting);
			const { status, statusText, headers } = response;
			const bounded = new vendor.Response(boundedBody(response, url.origin, maxBytes, failed) as never, {
				status,
				statusText,
				headers,
			});
			return Object.defineProperty(bounded, 'url', { value: url.href });
		}
		await response.body?.cancel();
		if (hop === limits.maxRedirects) {
			throw new Fault('denied', `${url.origin} redirects more than ${limits.maxRedirects} times.`);
		}
		const next = urlOf(location, url);
		init = redirected(vendor, init, response.status, url.origin !== next.origin);
		url = next;
	}
}

async function fetchHop(
	{ fetch, checked, unchecked }: Vendor,
	url: URL,
	init: HopInit,
	limits: Limits,
): Promise<Response> {
	const allowed = limits.allowOrigins.includes(url.origin);
	const literal = literalAddress(url.hostname);
	const range = literal === undefined || allowed ? undefined : nonPublicRange(literal);
	if (range !== undefined) throw notPublicFault(url.origin, range, limits.setting);
	try {
		return await fetch(url, { ...init, dispatcher: allowed ? unchecked : checked });
	} catch (error) {
		throw fetchFault(error, url.origin, init.signal, limits.setting);
	}
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Headers that say nothing about who asks, and so may go to another origin. */
const harmlessHeaders = new Set([
	'accept',
	'accept-language',
	'content-language',
	'content-type',
	'range',
	'user-agent',
]);

function redirected({ Headers }: Vendor, init: HopInit, status: number, elsewhere: boolean): HopInit {
	const method = (init.method ?? 'GET').toUpperCase();
	const becomesGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST';
	const headers = [...new Headers(init.headers)].filter(
		([name]) => (!elsewhere || harmlessHeaders.has(name)) && !(becomesGet && name.startsWith('content-')),
	);
	if (becomesGet) {
		const { body: _, ...rest } = init;
		return { ...rest, method: 'GET', headers };
	}
	if (init.body != null && elsewhere) {
		throw new Fault('denied', 'A redirect would send the body of the request to another origin.', {
			hint: 'Call the final address itself.',
		});
	}
	if (init.body != null && typeof init.body !== 'string' && !(init.body instanceof Uint8Array)) {
		throw new Fault('unsupported', 'A redirect asks for a body that was streamed and cannot be sent again.');
	}
	return { ...init, headers };
}

function urlOf(text: string | URL, base?: URL): URL {
	const url = URL.parse(String(text), base?.href);
	if (url === null)
		throw new Fault(
			'invalid_input',
			base === undefined ? 'That is not an URL.' : `${base.origin} redirects to something that is not an URL.`,
		);
	if (url.protocol !== 'http:' && url.protocol !== 'https:')
		throw new Fault('denied', 'Only http: and https: addresses are fetched.');
	if (url.username !== '' || url.password !== '')
		throw new Fault('denied', 'An URL must not carry credentials.', { hint: 'Leave out the part before @.' });
	return url;
}
