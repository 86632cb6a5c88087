import { Fault, fence } from '@switchboard/kit';
import type { Aim } from '../page/aim.ts';
import type { Line } from '../page/lines.ts';
import type { RefBook } from '../refs.ts';
import { isDocumentGone } from './gone.ts';
import { faultWithLines } from './stale.ts';
import type { Tab } from './tab.ts';
import type { World } from './world.ts';

export interface Place {
	readonly tab: Tab;
	readonly world: World;
	/** From the element's document out to the page. */
	readonly around: readonly World[];
}

export interface Point {
	readonly x: number;
	readonly y: number;
}

export interface Locator {
	place(ref: string): Promise<Place>;
	/** A point of the viewport where the pointer meets the element and nothing else. */
	point(ref: string, mayBeDisabled?: boolean): Promise<Point>;
	/** The Fault for an element that is no longer in its document. */
	gone(ref: string): Promise<Fault>;
}

export interface LocatorOptions {
	readonly book: RefBook;
	readonly front: () => Tab;
	readonly isOpen: (tab: string) => boolean;
	/** What can be acted on in the page in front. */
	readonly lines: () => Promise<readonly Line[]>;
}

export function createLocator({ book, front, isOpen, lines }: LocatorOptions): Locator {
	async function place(ref: string): Promise<Place> {
		const tab = front();
		const owner = book.ownerOf(ref);
		if (owner === undefined) throw await stale(`There is no element ${ref}.`);
		if (owner.tab !== tab.id) {
			if (!isOpen(owner.tab)) throw await stale(`${ref} was in tab ${owner.tab}, which is closed.`);
			throw new Fault('conflict', `${ref} is in tab ${owner.tab}, and tab ${tab.id} is in front.`, {
				hint: `browser_tabs with select ${owner.tab} brings it to the front.`,
			});
		}
		const all = await tab.worlds.all();
		const world = all.find(({ frame }) => frame.id === owner.frameId && frame.loaderId === owner.loaderId);
		if (world === undefined) throw await stale(`${ref} was in a document that is no longer there.`, 'conflict');
		return { tab, world, around: pathOut(world, all) };
	}

	async function stale(message: string, kind: 'not_found' | 'conflict' = 'not_found'): Promise<Fault> {
		return faultWithLines(kind, message, 'Nothing was done.', await lines());
	}

	function gone(ref: string): Promise<Fault> {
		return stale(`${ref} is no longer on the page.`);
	}

	async function point(ref: string, mayBeDisabled = false): Promise<Point> {
		const { tab, world, around } = await place(ref);
		try {
			let aim = noted(tab, world, await world.call('aim', ref, book.next(), mayBeDisabled));
			for (const outer of around) {
				if (aim.state !== 'ready') break;
				aim = noted(tab, outer, await outer.outward(innerOf(outer, world, around).frame.id, aim.x, aim.y));
			}
			if (aim.state === 'ready') return aim;
			throw aim.state === 'gone' ? await gone(ref) : faultOf(ref, aim);
		} catch (error) {
			throw isDocumentGone(error)
				? await stale(`${ref} was in a document that is no longer there.`, 'conflict')
				: error;
		}
	}

	/** What covers an element was given a ref. */
	function noted(tab: Tab, { frame }: World, aim: Aim): Aim {
		if (aim.state === 'covered') book.took(aim.next, { tab: tab.id, frameId: frame.id, loaderId: frame.loaderId });
		return aim;
	}

	return { place, point, gone };
}

/** The documents around one, nearest first. */
function pathOut(world: World, all: readonly World[]): readonly World[] {
	const around: World[] = [];
	let next = all.find(({ frame }) => frame.id === world.frame.parentId);
	while (next !== undefined && around.length < 50) {
		around.push(next);
		const { parentId } = next.frame;
		next = all.find(({ frame }) => frame.id === parentId);
	}
	return around;
}

function innerOf(outer: World, world: World, around: readonly World[]): World {
	return around[around.indexOf(outer) - 1] ?? world;
}

function faultOf(ref: string, aim: Extract<Aim, { state: 'hidden' | 'disabled' | 'covered' }>): Fault {
	switch (aim.state) {
		case 'hidden':
			return new Fault('conflict', `${ref} cannot be seen now, so it cannot be reached.`, {
				hint: 'Something may have to be opened or scrolled first; browser_snapshot shows what is there.',
			});
		case 'disabled':
			return new Fault('conflict', `${ref} is disabled.`, {
				hint: 'Something else has to be filled in or chosen first.',
			});
		default:
			return new Fault('conflict', `${ref} is covered by ${aim.by.ref}, which would be hit instead.`, {
				hint: `Close or use what is on top first:\n${fence(`[${aim.by.ref}] ${aim.by.role} "${aim.by.name}"`).text}`,
			});
	}
}
