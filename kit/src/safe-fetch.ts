import type { RequestInit, Response } from 'undici';

export interface SafeFetchOptions {
	/** Origins that may be private or loopback, such as `http://127.0.0.1:8080`. */
	readonly allowOrigins?: readonly string[];
	readonly maxRedirects?: number;
	readonly timeoutMs?: number;
	/** Most bytes of a body. */
	readonly maxBytes?: number;
}

/** `fetch` that resolves a name once, checks every address and redirect, and connects only to what it checked. */
export type SafeFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
	throw new Error(`to be written ${options}`);
}
