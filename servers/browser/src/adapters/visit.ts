import { Fault, type FaultKind } from '@switchboard/kit';
import { isDocumentGone } from './gone.ts';
import type { Incident, Incidents } from './incidents.ts';
import type { Tab } from './tab.ts';

/** Opens an address and waits until its page has come to rest; answers the HTTP status. */
export async function visit(
	tab: Tab,
	url: string,
	incidents: Incidents,
	timeoutMs: number,
): Promise<number | undefined> {
	tab.activity.begin();
	try {
		const response = await tab.bounded(
			tab.page.goto(url, { waitUntil: 'domcontentloaded', timeout: timeoutMs }),
			timeoutMs + 5_000,
		);
		const incident = incidents.of(URL.parse(response?.url() ?? '')?.origin ?? '');
		// The proxy answers for a server that may not be, or could not be, asked.
		if (incident !== undefined && response !== null && /^(403|502)$/.test(String(response.status())))
			throw faultOf(incident);
		await tab.settle(timeoutMs);
		return response?.status();
	} catch (error) {
		throw error instanceof Fault ? error : await openFault(error, tab, url, incidents);
	}
}

export function faultOf({ kind, origin, why }: Incident): Fault {
	if (kind === 'unreachable')
		return new Fault('unavailable', `${origin} ${why}.`, { hint: 'Check the address; the server may be down.' });
	return new Fault('denied', `${origin} ${why}, and the browser may not reach it.`, {
		hint: `The owner can allow it: add "${origin}" to the setting allowOrigins of the browser Agent, or set allowPrivate for all such addresses.`,
	});
}

async function openFault(error: unknown, tab: Tab, url: string, incidents: Incidents): Promise<Fault> {
	const text = String(error);
	if (error instanceof Error && error.name === 'TimeoutError') return await lateFault(tab);
	const incident = incidents.of(URL.parse(url)?.origin ?? '') ?? incidents.take().at(-1);
	if (/ERR_TUNNEL|ERR_PROXY|ERR_HTTP_RESPONSE_CODE/.test(text) && incident !== undefined) return faultOf(incident);
	const [, kind, message, hint] = table.find(([pattern]) => pattern.test(text)) ?? unknown(error);
	return new Fault(kind, message, { hint, cause: error, retryable: kind === 'unavailable' });
}

function unknown(error: unknown): Entry {
	if (!isDocumentGone(error)) return [/./, 'unavailable', 'The page could not be opened.', 'Check the address.'];
	return [/./, 'conflict', 'Another page took its place while it was opened.', 'browser_snapshot shows what is there.'];
}

/** Slow is told from stuck by whether the page still answers. */
async function lateFault(tab: Tab): Promise<Fault> {
	try {
		await tab.bounded(tab.worlds.session.send('Runtime.evaluate', { expression: '1' }), 2_000);
	} catch (error) {
		if (error instanceof Fault) return error;
	}
	return new Fault('timeout', 'The page did not load in time.', {
		hint: 'browser_snapshot shows what has arrived; browser_wait waits for more.',
	});
}

type Entry = readonly [pattern: RegExp, kind: FaultKind, message: string, hint: string];

const table: readonly Entry[] = [
	[
		/Download is starting/,
		'unsupported',
		'That address is a file to download, not a page.',
		'Use browser_download with this url.',
	],
	[/ERR_ABORTED/, 'unavailable', 'The server sent no page for that address.', 'If it is a file, use browser_download.'],
	[
		/ERR_CERT|ERR_SSL/,
		'unavailable',
		'The server has no certificate that can be trusted.',
		'Do not go on to this site.',
	],
	[
		/ERR_HTTP_RESPONSE_CODE/,
		'unavailable',
		'The server answered with an error and no page.',
		'Try another address of the site.',
	],
	[/ERR_TOO_MANY_REDIRECTS/, 'unavailable', 'The server redirects without end.', 'Try another address of the site.'],
	[/ERR_UNSAFE_PORT/, 'denied', 'Browsers open no pages at that port.', 'Check the port in the address.'],
	[
		/ERR_INVALID_URL|invalid URL/i,
		'invalid_input',
		'That is not an address a browser can open.',
		'Write it whole, such as https://example.com/.',
	],
	[
		/ERR_INTERNET_DISCONNECTED|ERR_TUNNEL|ERR_PROXY/,
		'unavailable',
		'The server could not be reached.',
		'Check the address; the network may be down.',
	],
];
