export interface Verdicts {
	readonly spf?: string;
	readonly dkim?: string;
	readonly dmarc?: string;
}

/**
 * What the receiving server recorded about the sender (RFC 8601). Only a header of that very server counts, and only its
 * topmost one: anybody can write such a header into a mail.
 */
export function verdictsOf(headers: readonly string[], authserv: string | undefined): Verdicts | undefined {
	if (authserv === undefined) return undefined;
	const own = headers.find(
		(header) => (header.trim().split(/[\s;]/)[0] ?? '').toLowerCase() === authserv.toLowerCase(),
	);
	if (own === undefined) return undefined;
	const found: Record<string, string> = {};
	for (const [, method, verdict] of own
		.replaceAll(/\([^)]*\)/g, ' ')
		.matchAll(/;\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)/gi)) {
		if (method !== undefined && verdict !== undefined) found[method.toLowerCase()] ??= verdict.toLowerCase();
	}
	return found;
}
