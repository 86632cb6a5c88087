import { Fault } from '@switchboard/kit';
import type { Shot } from '../ports.ts';
import type { Locator } from './locate.ts';
import type { Tab } from './tab.ts';

const mostBytes = 4 * 1024 * 1024;
/** A page may be endless; a picture of it is not. */
const mostPixels = 16_000;

/** What the page, or one element of it, looks like. */
export async function shoot(
	tab: Tab,
	locator: Locator,
	{ ref, isWhole }: { readonly ref?: string | undefined; readonly isWhole: boolean },
): Promise<Shot> {
	const clip = ref === undefined ? await wholeOf(tab, isWhole) : await boxOf(tab, locator, ref);
	const common = {
		...(clip !== undefined && { clip }),
		fullPage: isWhole && ref === undefined,
		timeout: 15_000,
		caret: 'hide',
		scale: 'css',
	} as const;
	const png = await tab.bounded(tab.page.screenshot({ ...common, type: 'png' }), 20_000);
	if (png.length <= mostBytes) return { bytes: png, mimeType: 'image/png' };
	const jpeg = await tab.bounded(tab.page.screenshot({ ...common, type: 'jpeg', quality: 60 }), 20_000);
	if (jpeg.length <= mostBytes) return { bytes: jpeg, mimeType: 'image/jpeg' };
	throw new Fault('too_large', `The picture has ${jpeg.length} bytes, the limit is ${mostBytes}.`, {
		hint: 'Take one of the viewport or of one element.',
	});
}

async function wholeOf(tab: Tab, isWhole: boolean) {
	if (!isWhole) return undefined;
	const { cssContentSize } = await tab.bounded(tab.worlds.session.send('Page.getLayoutMetrics'));
	if (cssContentSize.height <= mostPixels && cssContentSize.width <= mostPixels) return undefined;
	return {
		x: 0,
		y: 0,
		width: Math.min(cssContentSize.width, mostPixels),
		height: Math.min(cssContentSize.height, mostPixels),
	};
}

async function boxOf(tab: Tab, locator: Locator, ref: string) {
	const { world, around } = await locator.place(ref);
	const box = await world.call('box', ref);
	if (box === undefined) throw await locator.gone(ref);
	let { x, y } = box;
	let inner = world;
	for (const outer of around) {
		const moved = await outer.outward(inner.frame.id, x, y);
		if (moved.state === 'ready') ({ x, y } = moved);
		inner = outer;
	}
	const size = tab.page.viewportSize() ?? { width: box.width, height: box.height };
	const left = Math.max(0, x);
	const top = Math.max(0, y);
	const width = Math.min(x + box.width, size.width) - left;
	const height = Math.min(y + box.height, size.height) - top;
	if (width >= 1 && height >= 1) return { x: left, y: top, width, height };
	throw new Fault('conflict', `${ref} cannot be seen now, so there is no picture of it.`, {
		hint: 'Something may have to be opened first.',
	});
}
