import { type Call, Fault, type SafeFetch, type Secrets } from '@switchboard/kit';
import type { ApiAnswer } from '../../api/apis.ts';
import { secretValue } from '../../api/auth.ts';
import { project } from '../../api/projection.ts';
import type { PlannedRequest } from '../../api/request.ts';
import { isJsonType } from '../../api/schema.ts';
import { mentionedIn, refusalFault, retryAfterOf } from '../../api/status.ts';
import { encode } from '../../api/style.ts';

/** Most characters of JSON or text that an answer carries itself. */
const maxInline = 60_000;
const maxHead = 4_000;

const shownHeaders = [
	'content-type',
	'content-length',
	'location',
	'link',
	'etag',
	'last-modified',
	'retry-after',
	'x-total-count',
	'idempotency-replayed',
];
const shownPatterns = [/^x-ratelimit-/, /^ratelimit/, /^x-(?:next|page|per|prev|total)/];

type Response = Awaited<ReturnType<SafeFetch>>;

export interface Sending {
	readonly planned: PlannedRequest;
	readonly secretOf: (scheme: string) => string;
	readonly allowed: readonly string[];
	readonly fields: readonly string[] | undefined;
	/** Names that a refusal may repeat. */
	readonly argumentNames: readonly string[];
	readonly call: Call;
}

/** Sends exactly what was planned, with its secrets put in, and makes of the answer what a model can read. */
export async function send(sending: Sending, fetch: SafeFetch, secrets: Secrets): Promise<ApiAnswer> {
	const { planned, allowed, fields, call } = sending;
	const { url, headers } = await withSecrets(sending, secrets);
	const isRead = planned.effect === 'read';
	const init = {
		method: planned.method,
		headers,
		signal: call.signal,
		// What changes something goes where it was decided to go, and nowhere else.
		...(!isRead && { redirect: 'manual' as const }),
		...(planned.body !== undefined && { body: planned.body }),
	};
	const answer = await doubtful(isRead, async () => {
		const response = await fetch(url, init, allowed);
		return { response, bytes: Buffer.from(await response.arrayBuffer()) };
	});
	if (answer.response.status >= 400) throw await refused(answer, sending);
	return answerOf(answer, new URL(planned.url).origin, fields, call);
}

interface Answer {
	readonly response: Response;
	readonly bytes: Buffer;
}

async function withSecrets(
	{ planned, secretOf, call }: Sending,
	secrets: Secrets,
): Promise<{ url: string; headers: [string, string][] }> {
	const url = new URL(planned.url);
	const headers: [string, string][] = [
		...planned.headers.map(([name, value]): [string, string] => [name, value]),
		['user-agent', 'switchboard-business'],
	];
	for (const use of planned.uses) {
		const value = secretValue(use, await secrets.resolve(secretOf(use.scheme)));
		if (use.place === 'header') headers.push([use.name.toLowerCase(), value]);
		else if (use.place === 'query')
			url.search = `${url.search === '' ? '?' : `${url.search}&`}${encode(use.name)}=${encode(value)}`;
		else addCookie(headers, `${encode(use.name)}=${encode(value)}`);
	}
	if (planned.idempotencyHeader !== undefined)
		headers.push([planned.idempotencyHeader.toLowerCase(), call.idempotencyKey]);
	return { url: url.href, headers };
}

function addCookie(headers: [string, string][], pair: string): void {
	const cookie = headers.find(([name]) => name === 'cookie');
	if (cookie === undefined) headers.push(['cookie', pair]);
	else cookie[1] = `${cookie[1]}; ${pair}`;
}

/** Failures of which it is sure that nothing reached the service. */
const neverSent = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'UND_ERR_CONNECT_TIMEOUT',
]);

/** What changes something and then gets no answer may have had its effect: it is not simply tried again. */
async function doubtful<T>(isRead: boolean, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (isRead || isSureFailure(error)) throw error;
		throw new Fault(
			'unknown_outcome',
			'The request was sent and no whole answer came: whether it had its effect is not known.',
			{
				hint: 'Look at the service before calling again.',
				cause: error,
			},
		);
	}
}

function isSureFailure(error: unknown): boolean {
	if (error instanceof Fault && (error.kind === 'denied' || error.kind === 'invalid_input')) return true;
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if (neverSent.has(String((cause as NodeJS.ErrnoException).code))) return true;
	}
	return false;
}

async function refused({ response, bytes }: Answer, { planned, argumentNames, call }: Sending): Promise<Fault> {
	const origin = new URL(planned.url).origin;
	const mimeType = response.headers.get('content-type') ?? 'text/plain';
	const about = {
		name: `answer-${response.status}${isJsonType(mimeType) ? '.json' : '.txt'}`,
		mimeType,
		source: 'outside',
		origin,
	} as const;
	const answer = bytes.length === 0 ? undefined : await call.artifacts.put(bytes, about);
	return refusalFault({
		status: response.status,
		isRead: planned.effect === 'read',
		retryAfter: retryAfterOf(response.headers.get('retry-after'), Date.now()),
		mentioned: mentionedIn(bytes.toString('utf8'), argumentNames),
		answer: answer?.uri,
	});
}

async function answerOf(
	{ response, bytes }: Answer,
	origin: string,
	fields: readonly string[] | undefined,
	call: Call,
): Promise<ApiAnswer> {
	const { status } = response;
	const headers = Object.fromEntries(
		[...response.headers].filter(
			([name]) => shownHeaders.includes(name) || shownPatterns.some((pattern) => pattern.test(name)),
		),
	);
	if (bytes.length === 0) return { status, headers };
	const mimeType = response.headers.get('content-type') ?? 'application/octet-stream';
	const keep = async (name: string) =>
		(await call.artifacts.put(bytes, { name, mimeType, source: 'outside', origin })).uri;
	const text = textIn(bytes, mimeType);
	if (text === undefined) return { status, headers, artifact: await keep(nameOf(response)) };
	const json = isJsonType(mimeType) ? parse(text) : undefined;
	if (json === undefined)
		return text.length <= maxInline
			? { status, headers, text }
			: { status, headers, text: text.slice(0, maxHead), artifact: await keep('answer.txt') };
	const body = fields === undefined ? json : project(json, fields);
	const size = JSON.stringify(body).length;
	return size <= maxInline
		? { status, headers, body }
		: { status, headers, text: text.slice(0, maxHead), artifact: await keep('answer.json') };
}

function textIn(bytes: Buffer, mimeType: string): string | undefined {
	if (!isJsonType(mimeType) && !/^text\/|[/+](?:xml|yaml|x-ndjson|x-www-form-urlencoded|javascript)\b/i.test(mimeType))
		return undefined;
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The name a download gives itself, else the end of its address. */
function nameOf(response: Response): string {
	const given = /filename="?([^";]+)"?/i.exec(response.headers.get('content-disposition') ?? '')?.[1];
	return given ?? (new URL(response.url).pathname.split('/').at(-1) || 'download');
}
