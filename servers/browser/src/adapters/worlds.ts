import type { CDPSession, Frame, Page } from 'playwright-core';
import { documentGone } from './gone.ts';
import { createWorld, type Entering, type FrameDocument, keyOf, type World } from './world.ts';

export interface Worlds {
	/** To the page's own process. */
	readonly session: CDPSession;
	/** Every document of the tab, outer before inner, the page itself first. */
	all(): Promise<readonly [World, ...World[]]>;
}

interface FrameTree {
	readonly frame: FrameDocument;
	readonly childFrames?: FrameTree[];
}

export async function createWorlds(page: Page, channel: string, bounded: Entering['bounded']): Promise<Worlds> {
	const session = await page.context().newCDPSession(page);
	const others = new Map<Frame, CDPSession>();
	const entering: Entering = { channel, bounded, entered: new Map() };
	page.on('framedetached', (frame) => others.delete(frame));

	/** Frames of other sites, which live in processes of their own. */
	async function apart(known: ReadonlySet<string>): Promise<readonly World[]> {
		const found = new Map<string, World>();
		for (const frame of page.frames().slice(1)) {
			const own = others.get(frame) ?? (await sessionOf(frame));
			if (own === undefined) continue;
			others.set(frame, own);
			const tree = await bounded(own.send('Page.getFrameTree')).catch(() => undefined);
			// The frame has moved into another process since, or back.
			if (tree === undefined) others.delete(frame);
			for (const inner of tree === undefined ? [] : flatten(tree.frameTree)) {
				if (!known.has(inner.id)) found.set(inner.id, createWorld(inner, own, entering));
			}
		}
		return [...found.values()];
	}

	return {
		session,
		async all() {
			const { frameTree } = await bounded(session.send('Page.getFrameTree'));
			const near = flatten(frameTree).map((frame) => createWorld(frame, session, entering));
			const known = new Set(near.map(({ frame }) => frame.id));
			const far = page.frames().length > near.length ? await apart(known) : [];
			const [first, ...rest] = [...near, ...far];
			if (first === undefined) throw documentGone();
			forget(entering.entered, [first, ...rest]);
			return [first, ...rest];
		},
	};
}

async function sessionOf(frame: Frame): Promise<CDPSession | undefined> {
	// A frame of the page's own process has no session of its own, and Playwright says so by failing.
	return await frame
		.page()
		.context()
		.newCDPSession(frame)
		.catch(() => undefined);
}

function flatten({ frame, childFrames = [] }: FrameTree): FrameDocument[] {
	return [frame, ...childFrames.flatMap(flatten)];
}

function forget(entered: Map<string, unknown>, worlds: readonly World[]): void {
	const there = new Set(worlds.map(({ frame }) => keyOf(frame)));
	for (const key of entered.keys()) if (!there.has(key)) entered.delete(key);
}
