import { Fault } from '@switchboard/kit';
import type { Entry } from '../page/fields.ts';
import type { UploadFile } from '../ports.ts';
import type { Step } from '../steps.ts';
import type { Locator } from './locate.ts';
import type { Tab } from './tab.ts';
import { upload } from './upload.ts';

export interface Acting {
	readonly tab: Tab;
	readonly locator: Locator;
	/** For copies of what is uploaded. */
	readonly folder: string;
	readonly note: (text: string) => void;
}

/** Carries one step out on the page in front; whatever keeps it from having an effect is a Fault. */
export async function carryOut(step: Step, files: readonly UploadFile[], acting: Acting): Promise<void> {
	const { tab, locator } = acting;
	const { mouse, keyboard } = tab.page;
	const { ref = '', x = 0, y = 0 } = step;
	switch (step.action) {
		case 'click':
		case 'dblclick':
			return await click(ref, step.action === 'click' ? 1 : 2, acting);
		case 'hover': {
			const point = await locator.point(ref, true);
			return await tab.bounded(mouse.move(point.x, point.y));
		}
		case 'fill':
			return await fill(ref, step.text ?? '', acting);
		case 'type':
			if (step.ref !== undefined) await focus(ref, acting);
			return await tab.bounded(keyboard.type(step.text ?? ''), 30_000);
		case 'press':
			if (step.ref !== undefined) await focus(ref, acting);
			return await press(step.key ?? '', tab);
		case 'select': {
			const { world } = await locator.place(ref);
			return await check(ref, await world.call('choose', ref, step.values ?? []), acting);
		}
		case 'check':
		case 'uncheck':
			return await setChecked(ref, step.action === 'check', acting);
		case 'drag':
			return await drag(step, acting);
		case 'scroll':
			return await scroll(step, acting);
		case 'upload':
			return await upload(ref, files, acting);
		case 'click_xy':
			return await tab.bounded(mouse.click(x, y));
	}
}

export async function click(ref: string, clickCount: number, { tab, locator }: Acting): Promise<void> {
	const { x, y } = await locator.point(ref);
	await tab.bounded(tab.page.mouse.click(x, y, { clickCount }));
}

async function fill(ref: string, text: string, acting: Acting): Promise<void> {
	const { tab, locator, note } = acting;
	const { world } = await locator.place(ref);
	const entry = await world.call('enter', ref, text);
	await check(ref, entry, acting);
	if (entry.state === 'done') return;
	const { keyboard } = tab.page;
	await tab.bounded(text === '' ? keyboard.press('Delete') : keyboard.insertText(text));
	const value = await world.call('value', ref).catch(() => text);
	const isSecret = value !== undefined && /^•*$/.test(value);
	if (value !== undefined && value.trim() !== text.trim() && !isSecret) {
		note(`${ref} does not hold just what was filled in; it now holds "${value.slice(0, 200)}".`);
	}
}

async function focus(ref: string, acting: Acting): Promise<void> {
	const { world } = await acting.locator.place(ref);
	await check(ref, await world.call('focus', ref), acting);
}

async function press(key: string, tab: Tab): Promise<void> {
	try {
		await tab.bounded(tab.page.keyboard.press(key));
	} catch (error) {
		if (!/Unknown key/.test(String(error))) throw error;
		throw new Fault('invalid_input', 'There is no such key.', {
			hint: 'Keys are named as in KeyboardEvent.key, such as Enter, Escape, ArrowDown, a, Control+A.',
			cause: error,
		});
	}
}

async function setChecked(ref: string, wanted: boolean, acting: Acting): Promise<void> {
	const { world } = await acting.locator.place(ref);
	const before = await world.call('checked', ref);
	if (before === undefined) throw await unsuited(ref, 'cannot be checked', acting);
	if (before === wanted) return;
	await click(ref, 1, acting);
	const after = await world.call('checked', ref).catch(() => wanted);
	if (after !== undefined && after !== wanted) {
		throw new Fault('conflict', `${ref} was clicked and is still ${wanted ? 'not checked' : 'checked'}.`);
	}
}

async function drag({ ref = '', to, x = 0, y = 0 }: Step, { tab, locator }: Acting): Promise<void> {
	const from = await locator.point(ref);
	const end = to === undefined ? { x: from.x + x, y: from.y + y } : await locator.point(to, true);
	// Bringing the target into view may have moved what is dragged.
	const start = to === undefined ? from : await locator.point(ref);
	const { mouse } = tab.page;
	await tab.bounded(mouse.move(start.x, start.y));
	await tab.bounded(mouse.down());
	try {
		// Drag and drop begins only after some way, and targets want to be entered.
		await tab.bounded(mouse.move(end.x, end.y, { steps: 8 }));
		await tab.bounded(mouse.move(end.x, end.y));
	} finally {
		await tab.bounded(mouse.up());
	}
}

async function scroll({ ref, x, y }: Step, { tab, locator }: Acting): Promise<void> {
	const { mouse } = tab.page;
	if (ref !== undefined) {
		const point = await locator.point(ref, true);
		await tab.bounded(mouse.move(point.x, point.y));
	}
	if (x !== undefined || y !== undefined) await tab.bounded(mouse.wheel(x ?? 0, y ?? 0));
}

async function check(ref: string, { state, options }: Entry, acting: Acting): Promise<void> {
	switch (state) {
		case 'done':
		case 'type':
			return;
		case 'gone':
			throw await acting.locator.gone(ref);
		case 'disabled':
			throw new Fault('conflict', `${ref} is disabled.`, {
				hint: 'Something else has to be filled in or chosen first.',
			});
		case 'readonly':
			throw new Fault('conflict', `${ref} is read-only.`);
		case 'unsuited':
			throw await unsuited(ref, 'takes no such input', acting);
		case 'refused':
			throw new Fault(
				'invalid_input',
				options === undefined ? `${ref} does not take that value.` : `${ref} has no such option.`,
				{
					hint:
						options === undefined
							? 'Dates are YYYY-MM-DD, times HH:MM, colours #rrggbb.'
							: 'Its line in browser_snapshot lists the options.',
				},
			);
	}
}

async function unsuited(ref: string, what: string, { locator }: Acting): Promise<Fault> {
	const { world } = await locator.place(ref);
	const role = (await world.call('describe', ref))?.role;
	return new Fault(
		'invalid_input',
		`${ref} is ${role === undefined || role === 'element' ? 'an element' : `a ${/^[a-z]+$/.test(role) ? role : 'control'}`} and ${what}.`,
		{
			hint: 'Click it, or choose another element.',
		},
	);
}
