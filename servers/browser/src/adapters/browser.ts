import { type Call, Fault, type Log } from '@switchboard/kit';
import type { BrowserConfig } from '../config.ts';
import { type OriginRule, originRule } from '../origins.ts';
import type { BrowserPorts, Pages } from '../ports.ts';
import { type Launched, launchBrowser } from './launch.ts';
import { createPages } from './pages.ts';
import { browserEnded, createSessionState, type SessionState } from './session-pages.ts';

export interface BrowserHost {
	readonly browser: BrowserPorts['browser'];
	/** A Session is over. */
	end(session: string): Promise<void>;
	close(): Promise<void>;
}

interface Session {
	readonly state: SessionState;
	readonly pages: Pages;
	/** Origins that the Gateway granted with the Call under way. */
	granted: readonly OriginRule[];
	/** Ends the Call under way. */
	interrupt: ((reason: Fault) => void) | undefined;
	over: Promise<never>;
	signal: AbortSignal;
	/** The browser ended while nobody looked; the next Call says so. */
	hasCrashed: boolean;
	/** Resolves when the last Call of the Session has ended. */
	tail: Promise<unknown>;
}

const crashed = ': the browser ended unexpectedly';

/** One browser process for all Sessions, started by the first page and closed when none is used for a while. */
export function createBrowserHost(config: BrowserConfig, log: Log): BrowserHost {
	const sessions = new Map<string, Session>();
	const own = config.allowOrigins.map(originRule).filter((rule) => rule !== undefined);
	let running: Promise<Launched> | undefined;
	let users = 0;
	let idle: NodeJS.Timeout | undefined;

	function launch(): Promise<Launched> {
		if (running !== undefined) return running;
		const launching = launchBrowser(config, log);
		running = launching;
		launching.then(
			(launched) => launched.browser.on('disconnected', () => void ended(launching, launched)),
			() => {
				running = undefined;
			},
		);
		return launching;
	}

	async function ended(launching: Promise<Launched>, launched: Launched): Promise<void> {
		// Ended by us, it has been forgotten already.
		if (running !== launching) return;
		running = undefined;
		log.warn('the browser ended unexpectedly');
		for (const session of sessions.values()) {
			if (session.state.peek() === undefined) continue;
			void session.state.close(crashed);
			if (session.interrupt === undefined) session.hasCrashed = true;
			else session.interrupt(browserEnded());
		}
		await launched.close();
	}

	async function stop(why: string): Promise<void> {
		const stopping = running;
		running = undefined;
		clearTimeout(idle);
		await Promise.all([...sessions.values()].map(({ state }) => state.close(why)));
		await (await stopping?.catch(() => undefined))?.close();
	}

	function sessionOf(id: string): Session {
		const known = sessions.get(id);
		if (known !== undefined) return known;
		const state = createSessionState({
			config,
			launch,
			allowed: () => [...own, ...session.granted],
			over: () => session.over,
		});
		const pages = createPages(state, () => session.signal);
		const session: Session = {
			state,
			pages,
			granted: [],
			interrupt: undefined,
			over: new Promise(() => {}),
			signal: new AbortController().signal,
			hasCrashed: false,
			tail: Promise.resolve(),
		};
		sessions.set(id, session);
		return session;
	}

	async function work<T>(session: Session, call: Call, doIt: (pages: Pages) => Promise<T>): Promise<T> {
		call.signal.throwIfAborted();
		if (session.hasCrashed) {
			session.hasCrashed = false;
			throw browserEnded();
		}
		const { promise, reject } = Promise.withResolvers<never>();
		promise.catch(() => {});
		const abort = (): void => reject(new Fault('cancelled', 'The call was cancelled.'));
		call.signal.addEventListener('abort', abort, { once: true });
		Object.assign(session, {
			over: promise,
			interrupt: reject,
			signal: call.signal,
			granted: call.origins.map(originRule).filter((rule) => rule !== undefined),
		});
		users += 1;
		clearTimeout(idle);
		const working = doIt(session.pages);
		try {
			return await Promise.race([working, promise]);
		} catch (error) {
			throw hasLostBrowser(session) ? browserEnded() : error;
		} finally {
			// One that was interrupted still ends before the next begins.
			await working.catch(() => {});
			call.signal.removeEventListener('abort', abort);
			session.interrupt = undefined;
			users -= 1;
			if (users === 0)
				idle = setTimeout(() => void stop(': the browser was closed after a while without use'), config.idleMs).unref();
		}
	}

	/** A page's failure is often the first to tell of the browser's. */
	function hasLostBrowser({ state }: Session): boolean {
		if (state.peek()?.context.browser()?.isConnected() !== false) return false;
		void state.close(crashed);
		return true;
	}

	return {
		browser: {
			async use(call, doIt) {
				const session = sessionOf(call.session);
				const before = session.tail;
				const working = before.then(() => work(session, call, doIt));
				session.tail = working.catch(() => {});
				return await working;
			},
			async forget(call) {
				const session = sessions.get(call.session);
				await session?.tail;
				await session?.state.close();
			},
		},
		async end(id) {
			const session = sessions.get(id);
			sessions.delete(id);
			session?.interrupt?.(new Fault('cancelled', 'The session has ended.'));
			await session?.tail;
			await session?.state.close();
		},
		async close() {
			await stop('');
			sessions.clear();
		},
	};
}
