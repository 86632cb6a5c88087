export type Dom = ReturnType<typeof createDom>;

/**
 * DOM reads that a page cannot answer in the DOM's stead: `<input name="getAttribute">` shadows its form's own.
 * Trees are flattened: an open shadow root stands for its host's children, what a slot was given for the slot's.
 */
export function createDom() {
	function reader<T>(prototype: object, name: string): (node: unknown) => T {
		const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
		return (node) => get?.call(node) as T;
	}

	const {
		getAttribute,
		hasAttribute,
		getBoundingClientRect,
		getClientRects,
		matches,
		checkVisibility,
		scrollIntoView,
	} = Element.prototype;
	const { querySelectorAll, elementsFromPoint, getAnimations } = Document.prototype;
	const firstChild = reader<Node | null>(Node.prototype, 'firstChild');
	const nextSibling = reader<Node | null>(Node.prototype, 'nextSibling');
	const parentNode = reader<Node | null>(Node.prototype, 'parentNode');
	const shadowRoot = reader<ShadowRoot | null>(Element.prototype, 'shadowRoot');
	const slotOfElement = reader<HTMLSlotElement | null>(Element.prototype, 'assignedSlot');
	const slotOfText = reader<HTMLSlotElement | null>(Text.prototype, 'assignedSlot');
	const readyState = reader<string>(Document.prototype, 'readyState');
	const root = reader<HTMLElement>(Document.prototype, 'documentElement');

	function children(node: Node): Node[] {
		const shadow = node instanceof Element ? shadowRoot(node) : null;
		if (shadow === null && node instanceof HTMLSlotElement) {
			const given = node.assignedNodes();
			if (given.length > 0) return given;
		}
		const found: Node[] = [];
		for (let child = firstChild(shadow ?? node); child !== null; child = nextSibling(child)) found.push(child);
		return found;
	}

	function parent(node: Node): Element | undefined {
		const slot = node instanceof Element ? slotOfElement(node) : node instanceof Text ? slotOfText(node) : null;
		const above = slot ?? parentNode(node);
		if (above instanceof ShadowRoot) return above.host;
		return above instanceof Element ? above : undefined;
	}

	function contains(outer: Element, inner: Node): boolean {
		for (let node: Node | undefined = inner; node !== undefined; node = parent(node)) if (node === outer) return true;
		return false;
	}

	function closest(element: Element, selector: string): Element | undefined {
		for (let node: Element | undefined = element; node !== undefined; node = parent(node)) {
			if (matches.call(node, selector)) return node;
		}
		return undefined;
	}

	/** What the pointer meets at a point of the viewport, through open shadow roots. */
	function hit(x: number, y: number): Element | undefined {
		let found = elementsFromPoint.call(document, x, y)[0];
		for (let inner = found && shadowRoot(found); inner; inner = found && shadowRoot(found)) {
			const deeper = inner.elementsFromPoint(x, y)[0];
			if (deeper === undefined || deeper === found) break;
			found = deeper;
		}
		return found;
	}

	return {
		children,
		parent,
		contains,
		closest,
		hit,
		isComplete: () => readyState(document) === 'complete',
		root: () => root(document),
		body: () => [...(root(document)?.children ?? [])].find((child) => child instanceof HTMLBodyElement),
		tag: reader<string>(Element.prototype, 'localName'),
		text: reader<string>(Node.prototype, 'textContent'),
		id: reader<string>(Element.prototype, 'id'),
		isConnected: reader<boolean>(Node.prototype, 'isConnected'),
		attribute: (element: Element, name: string): string => getAttribute.call(element, name) ?? '',
		has: (element: Element, name: string): boolean => hasAttribute.call(element, name),
		is: (element: Element, selector: string): boolean => matches.call(element, selector),
		rect: (element: Element): DOMRect => getBoundingClientRect.call(element),
		rects: (element: Element): DOMRect[] => [...getClientRects.call(element)],
		isRendered: (element: Element): boolean => checkVisibility.call(element),
		all: (selector: string): Element[] => [...querySelectorAll.call(document, selector)],
		animations: (): Animation[] => getAnimations.call(document),
		scrollTo: (element: Element): void =>
			scrollIntoView.call(element, { block: 'center', inline: 'center', behavior: 'instant' }),
	};
}
