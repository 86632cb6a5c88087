import { stat } from 'node:fs/promises';
import { Fault } from '@switchboard/kit';
import { lookup } from 'mime-types';
import type { BrowserContext, CDPSession, Page, Download as PageDownload, Response } from 'playwright-core';
import type { Download } from '../ports.ts';
import { within } from './deadline.ts';
import { brokenOff, none, tooLarge, tooSlow } from './download-faults.ts';
import { watchGrowth } from './growth.ts';

export interface Downloads {
	/** A file that a page gives; nobody waiting for one, it is stopped. */
	watch(page: Page): void;
	/** Does what makes a page give a file, and waits for all of it. */
	take(begin: () => Promise<void>, signal: AbortSignal): Promise<Download>;
}

export interface DownloadOptions {
	readonly context: BrowserContext;
	/** Where the browser puts them. */
	readonly folder: string;
	readonly mostBytes: number;
	/** A download that does not grow for so long has broken off. */
	readonly stallMs: number;
	readonly note: (text: string) => void;
	/** A page that only began a download is left without anything to show. */
	readonly closeBlank: () => Promise<void>;
}

/** How long a click may take to begin a download, and one to finish. */
const beginMs = 10_000;
const wholeMs = 10 * 60_000;

export function createDownloads({ context, folder, mostBytes, stallMs, note, closeBlank }: DownloadOptions): Downloads {
	const types = new Map<string, string>();
	let taker: ((download: PageDownload) => void) | undefined;

	function watch(page: Page): void {
		page.on('download', (download) => {
			const take = taker;
			// One is asked for at a time; a page may begin many.
			taker = undefined;
			if (take !== undefined) return take(download);
			note('The page began a download, which was stopped; browser_download with the same element keeps the file.');
			void discard(download).then(closeBlank);
		});
	}

	function remember(response: Response): void {
		const type = response.headers()['content-type'];
		if (type !== undefined) types.set(response.url(), type);
	}

	async function take(begin: () => Promise<void>, signal: AbortSignal): Promise<Download> {
		const begun = Promise.withResolvers<PageDownload>();
		const stopped = Promise.withResolvers<never>();
		stopped.promise.catch(() => {});
		const abort = (): void => stopped.reject(new Fault('cancelled', 'The call was cancelled.'));
		signal.addEventListener('abort', abort, { once: true });
		const stopWatching = watchGrowth(folder, { mostBytes, stallMs }, stopped.reject);
		taker = begun.resolve;
		context.on('response', remember);
		let download: PageDownload | undefined;
		try {
			await begin();
			download = await within(Promise.race([begun.promise, stopped.promise]), beginMs, none);
			const path = await within(Promise.race([download.path(), stopped.promise]), wholeMs, tooSlow);
			if ((await stat(path)).size > mostBytes) throw tooLarge(mostBytes);
			return described(download, path, types.get(download.url()));
		} catch (error) {
			if (download !== undefined) await discard(download);
			throw error instanceof Fault ? error : brokenOff(error);
		} finally {
			taker = undefined;
			stopWatching();
			signal.removeEventListener('abort', abort);
			context.off('response', remember);
			types.clear();
			await closeBlank();
		}
	}

	return { watch, take };
}

/** Stops a download if it can be, and deletes what there is of it. */
async function discard(download: PageDownload): Promise<void> {
	const gone = download.cancel().then(() => download.delete());
	await within(gone, 3_000, tooSlow).catch(() => {});
}

function described(download: PageDownload, path: string, said: string | undefined): Download {
	const name = download.suggestedFilename();
	const type = said?.split(';')[0]?.trim().toLowerCase();
	const isSaid = type !== undefined && type !== '' && type !== 'application/octet-stream';
	return {
		name,
		mimeType: isSaid ? type : lookup(name) || 'application/octet-stream',
		url: download.url(),
		path,
		discard: () => download.delete(),
	};
}

/** Makes a page give its document as a file, whatever the server would have it done with. */
export async function asFile(session: CDPSession, refused: (status: number) => void): Promise<void> {
	session.on('Fetch.requestPaused', ({ requestId, responseStatusCode = 0, responseHeaders = [] }) => {
		const isRedirect = responseStatusCode >= 300 && responseStatusCode < 400;
		if (isRedirect) return void session.send('Fetch.continueResponse', { requestId }).catch(() => {});
		if (responseStatusCode >= 400) {
			refused(responseStatusCode);
			return void session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => {});
		}
		const isDisposition = ({ name }: { name: string }): boolean => name.toLowerCase() === 'content-disposition';
		const said = responseHeaders.find(isDisposition)?.value.replace(/^[^;]*/, 'attachment');
		const headers = [
			...responseHeaders.filter((header) => !isDisposition(header)),
			{ name: 'content-disposition', value: said ?? 'attachment' },
		];
		session
			.send('Fetch.continueResponse', { requestId, responseCode: responseStatusCode, responseHeaders: headers })
			.catch(() => {});
	});
	await session.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Response' }] });
}
