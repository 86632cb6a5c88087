import type { Dom } from './dom.ts';

export type Actables = ReturnType<typeof createActables>;

/** Why an element can be acted on: it is a control, the page gave it a listener, or its cursor says so. */
export type Actable = 'control' | 'listener' | 'cursor';

/** Tells what can be acted on. `channel` is the event by which `listeners.ts` answers from the page's own world. */
export function createActables(dom: Dom, channel: string) {
	const controls =
		'a[href], area[href], button, input:not([type="hidden"]), select, textarea, summary, canvas, video[controls], audio[controls]';
	const roles = new Set(
		(
			'button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option treeitem combobox textbox ' +
			'searchbox slider spinbutton'
		).split(' '),
	);
	const handlers =
		'onclick ondblclick onmousedown onmouseup onpointerdown onpointerup ontouchstart ontouchend oncontextmenu'
			.split(' ')
			.map((name) => `[${name}]`)
			.join(', ');
	let listening = new WeakSet<EventTarget>();

	/** Asks the page's own world which elements have listeners. */
	function refresh(): void {
		listening = new WeakSet();
		const heard = (event: Event): void => {
			const [target] = event.composedPath();
			if (target !== undefined && target !== document) listening.add(target);
		};
		window.addEventListener(channel, heard, true);
		Document.prototype.dispatchEvent.call(document, new Event(channel));
		window.removeEventListener(channel, heard, true);
	}

	function actableAs(
		element: Element,
		style: CSSStyleDeclaration,
		above: CSSStyleDeclaration | undefined,
	): Actable | undefined {
		if (element instanceof HTMLHtmlElement || element instanceof HTMLBodyElement) return undefined;
		if (dom.is(element, controls) || roles.has(dom.attribute(element, 'role').trim().toLowerCase())) return 'control';
		if (isEditingHost(element)) return 'control';
		if (listening.has(element) || dom.is(element, handlers)) return 'listener';
		if (dom.has(element, 'tabindex') && dom.attribute(element, 'tabindex').trim() !== '-1') return 'listener';
		if (dom.attribute(element, 'draggable') === 'true') return 'listener';
		return style.cursor === 'pointer' && above?.cursor !== 'pointer' && !(element instanceof HTMLLabelElement)
			? 'cursor'
			: undefined;
	}

	function isEditingHost(element: Element): boolean {
		return element instanceof HTMLElement && dom.has(element, 'contenteditable') && element.isContentEditable;
	}

	return { refresh, actableAs, controls };
}
