import { Fault } from '@switchboard/kit';
import type { BrowserConfig } from '../config.ts';
import type { OriginRule } from '../origins.ts';
import type { Line } from '../page/lines.ts';
import { createRefBook, type RefBook } from '../refs.ts';
import type { Launched } from './launch.ts';
import { openSessionContext, type SessionContext } from './session-context.ts';
import type { Tab } from './tab.ts';
import { noPage } from './tabs.ts';

/** What a Session keeps, also when its part of the browser ends and another begins. */
export interface SessionState {
	readonly config: BrowserConfig;
	readonly book: RefBook;
	/** Opened on first use. */
	context(): Promise<SessionContext>;
	/** A Fault where no page is open. */
	opened(): SessionContext;
	peek(): SessionContext | undefined;
	front(): Tab;
	/** The name of a document of a tab, the same for as long as it is there. */
	documentOf(tab: string, loaderId: string): string;
	/** What was last shown of a tab, if that was this document. */
	shown(tab: string, document: string): readonly Line[] | undefined;
	show(tab: string, document: string, lines: readonly Line[]): void;
	note(text: string): void;
	/** Makes notes of what pages could not reach so far, so that what comes is told from it. */
	noteIncidents(): void;
	takeNotes(): readonly string[];
	/** Gives the browser's part up; `why` follows "No page is open". */
	close(why?: string): Promise<void>;
}

export interface SessionOptions {
	readonly config: BrowserConfig;
	readonly launch: () => Promise<Launched>;
	readonly allowed: () => readonly OriginRule[];
	readonly over: () => Promise<never>;
}

const mostNotes = 20;

export function createSessionState({ config, launch, allowed, over }: SessionOptions): SessionState {
	const book = createRefBook();
	const documents = new Map<string, string>();
	const shown = new Map<string, { readonly document: string; readonly lines: readonly Line[] }>();
	const notes: string[] = [];
	let opening: Promise<SessionContext> | undefined;
	let current: SessionContext | undefined;
	let why = '';
	let tabs = 0;
	let loaded = 0;

	function note(text: string): void {
		if (notes.length < mostNotes) notes.push(text);
	}

	function noteIncidents(): void {
		for (const { kind, origin, why } of current?.incidents.take() ?? []) {
			note(`A request to ${origin} ${kind === 'refused' ? 'was refused' : 'failed'}: it ${why}.`);
		}
	}

	async function open(): Promise<SessionContext> {
		const nextTabId = (): string => {
			tabs += 1;
			return `t${tabs}`;
		};
		const onTabClosed = (id: string): void => void shown.delete(id);
		const context = await openSessionContext(await launch(), { config, allowed, note, over, nextTabId, onTabClosed });
		current = context;
		why = '';
		return context;
	}

	function opened(): SessionContext {
		if (current === undefined) throw noPage(why);
		return current;
	}

	return {
		config,
		book,
		context() {
			const opens = opening ?? open();
			opening = opens;
			// A failed opening is forgotten, so that the next call tries again.
			opens.catch(() => {
				if (opening === opens) opening = undefined;
			});
			return opens;
		},
		opened,
		peek: () => current,
		front: () => opened().tabs.front(),
		documentOf(tab, loaderId) {
			const key = `${tab} ${loaderId}`;
			const known = documents.get(key);
			if (known !== undefined) return known;
			loaded += 1;
			documents.set(key, `d${loaded}`);
			const [oldest] = documents.keys();
			if (documents.size > 500 && oldest !== undefined) documents.delete(oldest);
			return `d${loaded}`;
		},
		shown(tab, document) {
			const last = shown.get(tab);
			return last?.document === document ? last.lines : undefined;
		},
		show: (tab, document, lines) => void shown.set(tab, { document, lines }),
		note,
		noteIncidents,
		takeNotes() {
			noteIncidents();
			return notes.splice(0);
		},
		async close(reason = '') {
			const closing = opening;
			// Forgotten first, since a new Call may open another meanwhile.
			opening = undefined;
			current = undefined;
			why = reason;
			shown.clear();
			await (await closing?.catch(() => undefined))?.close();
		},
	};
}

export function browserEnded(): Fault {
	return new Fault('unavailable', 'The browser ended unexpectedly, and its pages with it.', {
		hint: 'browser_open starts it again; what was signed in has to sign in again.',
		retryable: false,
	});
}
