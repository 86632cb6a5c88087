import { stat } from 'node:fs/promises';
import { Fault } from '@switchboard/kit';
import { lookup } from 'mime-types';
import type { BrowserContext, CDPSession, Page, Download as PageDownload, Response } from 'playwright-core';
import type { Download } from '../ports.ts';
import { within } from './deadline.ts';

export interface Downloads {
	/** A file that a page gives; nobody waiting for one, it is stopped. */
	watch(page: Page, session: CDPSession): void;
	/** Does what makes a page give a file, and waits for all of it. */
	take(begin: () => Promise<void>, signal: AbortSignal): Promise<Download>;
}

export interface DownloadOptions {
	readonly context: BrowserContext;
	readonly mostBytes: number;
	readonly note: (text: string) => void;
}

/** How long a click may take to begin a download, and one to finish. */
const beginMs = 10_000;
const wholeMs = 10 * 60_000;

export function createDownloads({ context, mostBytes, note }: DownloadOptions): Downloads {
	const types = new Map<string, string>();
	let taker: { readonly begun: (download: PageDownload) => void; readonly tooLarge: () => void } | undefined;

	function watch(page: Page, session: CDPSession): void {
		page.on('download', (download) => {
			if (taker !== undefined) return taker.begun(download);
			note('The page began a download, which was stopped; browser_download with the same element keeps the file.');
			void download.cancel().catch(() => {});
		});
		session.on('Page.downloadProgress', ({ receivedBytes, totalBytes }) => {
			if (Math.max(receivedBytes, totalBytes) > mostBytes) taker?.tooLarge();
		});
	}

	function remember(response: Response): void {
		const type = response.headers()['content-type'];
		if (type !== undefined) types.set(response.url(), type);
	}

	async function take(begin: () => Promise<void>, signal: AbortSignal): Promise<Download> {
		const { promise: begun, resolve } = Promise.withResolvers<PageDownload>();
		const { promise: stopped, reject } = Promise.withResolvers<never>();
		stopped.catch(() => {});
		signal.addEventListener('abort', () => reject(new Fault('cancelled', 'The call was cancelled.')), { once: true });
		taker = { begun: resolve, tooLarge: () => reject(tooLarge(mostBytes)) };
		context.on('response', remember);
		let download: PageDownload | undefined;
		try {
			await begin();
			download = await within(Promise.race([begun, stopped]), beginMs, none);
			const path = await within(Promise.race([download.path(), stopped]), wholeMs, tooSlow);
			if ((await stat(path)).size > mostBytes) throw tooLarge(mostBytes);
			return described(download, path, types.get(download.url()));
		} catch (error) {
			await download?.cancel().catch(() => {});
			await download?.delete().catch(() => {});
			if (error instanceof Fault) throw error;
			throw new Fault('unavailable', 'The download broke off.', { hint: 'Try it once more.', cause: error });
		} finally {
			taker = undefined;
			context.off('response', remember);
			types.clear();
		}
	}

	return { watch, take };
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

function tooLarge(mostBytes: number): Fault {
	return new Fault('too_large', `The file is larger than ${mostBytes} bytes, so the download was stopped.`, {
		hint: 'The owner can raise the setting maxDownloadBytes of the browser Agent.',
	});
}

function none(): never {
	throw new Fault('not_found', 'No download began.', { hint: 'browser_snapshot shows what happened instead.' });
}

function tooSlow(): never {
	throw new Fault('timeout', 'The download did not end in time.');
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
