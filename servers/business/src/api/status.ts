import { Fault, type FaultKind } from '@switchboard/kit';

interface Meaning {
	readonly kind: FaultKind;
	readonly says: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
	400: { kind: 'invalid_input', says: 'refuses the request as malformed' },
	401: { kind: 'denied', says: 'does not accept the configured secret' },
	403: { kind: 'denied', says: 'does not allow this to the configured account' },
	404: { kind: 'not_found', says: 'has nothing there' },
	405: { kind: 'unsupported', says: 'does not offer this method' },
	406: { kind: 'unsupported', says: 'cannot answer in a form that is understood' },
	408: { kind: 'timeout', says: 'waited too long for the request' },
	409: { kind: 'conflict', says: 'reports a conflict with what is there' },
	410: { kind: 'not_found', says: 'no longer has this' },
	412: { kind: 'conflict', says: 'says that a precondition does not hold' },
	413: { kind: 'too_large', says: 'finds the request too large' },
	415: { kind: 'unsupported', says: 'does not take this media type' },
	422: { kind: 'invalid_input', says: 'refuses the values' },
	428: { kind: 'conflict', says: 'wants a precondition' },
	429: { kind: 'rate_limited', says: 'asks to be called less often' },
};

export interface Refusal {
	readonly status: number;
	readonly isRead: boolean;
	/** Seconds, as the service asks for. */
	readonly retryAfter: number | undefined;
	/** Names of our own arguments that its answer mentions. */
	readonly mentioned: readonly string[];
	/** Where its own words are kept. */
	readonly answer: string | undefined;
}

/** An answer that is a failure, in our words; the service's own are kept as an artifact. */
export function refusalFault({ status, isRead, retryAfter, mentioned, answer }: Refusal): Fault {
	const { kind, says } = meanings[status] ?? meaningOf(status, isRead);
	const about = mentioned.length === 0 ? '' : ` It mentions: ${mentioned.join(', ')}.`;
	const hints = [
		...(retryAfter === undefined ? [] : [`Try again in ${retryAfter} s.`]),
		...(kind === 'unknown_outcome' ? ['Look whether it had its effect before calling again.'] : []),
		...(answer === undefined ? [] : [`Its own words, from outside, are in ${answer}.`]),
	];
	return new Fault(
		kind,
		`The service answered ${status}: it ${says}.${about}`,
		hints.length === 0 ? {} : { hint: hints.join(' ') },
	);
}

function meaningOf(status: number, isRead: boolean): Meaning {
	if (status === 501) return { kind: 'unsupported', says: 'does not offer this' };
	if (status === 503) return { kind: 'unavailable', says: 'is not ready' };
	if (status >= 500 && !isRead) return { kind: 'unknown_outcome', says: 'failed, perhaps after it acted' };
	if (status >= 500) return { kind: 'unavailable', says: 'failed' };
	if (status >= 400) return { kind: 'invalid_input', says: 'refuses the request' };
	return { kind: 'unsupported', says: 'answers in a way that is not understood' };
}

const longest = 100_000;

/** Which of our argument names stand in an answer; only our own words are ever repeated. */
export function mentionedIn(answer: string, names: readonly string[]): readonly string[] {
	const words = new Set(
		answer
			.slice(0, longest)
			.split(/[^\w.-]+/)
			.flatMap((word) => [word, ...word.split('.')]),
	);
	return names.filter((name) => words.has(name) && /^[\w.-]{2,60}$/.test(name)).slice(0, 10);
}

/** Seconds to wait, from `Retry-After` as a number or a date. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
	if (header === null) return undefined;
	const seconds = /^\d{1,6}$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1_000);
	return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 86_400) : undefined;
}
