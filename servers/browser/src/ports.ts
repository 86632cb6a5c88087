import type { Call } from '@switchboard/kit';
import type { Description } from './page/fields.ts';
import type { Line } from './page/lines.ts';
import type { OutlineRequest } from './page/outline.ts';
import type { ReadRequest } from './page/reading.ts';
import type { Step } from './steps.ts';

export interface BrowserPorts {
	readonly browser: {
		/** Works on the pages of the Call's Session, one Call at a time. */
		use<T>(call: Call, work: (pages: Pages) => Promise<T>): Promise<T>;
		/** Closes all pages of the Call's Session and forgets its cookies. */
		forget(call: Call): Promise<void>;
	};
}

/** The page in front. */
export interface Here {
	readonly tab: string;
	readonly url: string;
	/** `null` where there is none, as for about:blank. */
	readonly origin: string;
	/** Changes when another document takes the page's place, and only then. */
	readonly document: string;
}

export interface Look extends Here {
	readonly title: string;
	readonly lines: readonly Line[];
	/** The same document as it was last shown. */
	readonly before: readonly Line[] | undefined;
	readonly isCut: boolean;
}

export interface LookRequest extends Omit<OutlineRequest, 'next'> {
	/** Keeps it as what was last shown. */
	readonly isShown?: boolean;
}

/** An element in words, with the origin of the document it is in. */
export interface Subject extends Description {
	readonly origin: string;
}

export interface TabFace {
	readonly tab: string;
	readonly url: string;
	readonly title: string;
	readonly isFront: boolean;
}

export interface WaitFor {
	readonly text?: string | undefined;
	readonly gone?: string | undefined;
	readonly url?: string | undefined;
	readonly load?: boolean | undefined;
}

export interface ReadText {
	readonly text: string;
	readonly hidden: number;
	readonly isCut: boolean;
}

export interface Shot {
	readonly bytes: Buffer;
	readonly mimeType: 'image/png' | 'image/jpeg';
}

export interface Download {
	readonly name: string;
	readonly mimeType: string;
	/** The URL it came from. */
	readonly url: string;
	/** Deleted with `discard`. */
	readonly path: string;
	discard(): Promise<void>;
}

/** A file to upload, under the name the page will see. */
export interface UploadFile {
	readonly path: string;
	readonly name: string;
}

/** The tabs of one Session. Everything but `open` and `tabs` is a Fault where no page is open. */
export interface Pages {
	/** Answers the HTTP status, where there is one. */
	open(url: string, inNewTab: boolean): Promise<number | undefined>;
	here(): Promise<Here>;
	title(): Promise<string>;
	look(request?: LookRequest): Promise<Look>;
	/** A Fault that carries what is there now where the element is gone. */
	describe(ref: string): Promise<Subject>;
	act(step: Step, files?: readonly UploadFile[]): Promise<void>;
	read(request: ReadRequest): Promise<ReadText>;
	screenshot(request: { readonly ref?: string | undefined; readonly isWhole: boolean }): Promise<Shot>;
	tabs(): Promise<readonly TabFace[]>;
	select(tab: string): Promise<void>;
	close(tab: string): Promise<void>;
	back(isForward: boolean): Promise<void>;
	wait(condition: WaitFor, timeoutMs: number): Promise<boolean>;
	download(from: { readonly ref: string } | { readonly url: string }): Promise<Download>;
	evaluate(script: string, timeoutMs: number): Promise<unknown>;
	/** What has happened beside what was asked for, since this was last called. */
	takeNotes(): readonly string[];
}
