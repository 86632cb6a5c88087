import type { Dom } from './dom.ts';
import type { Sight, Sights } from './sight.ts';

export type Copies = ReturnType<typeof createCopies>;

export interface Copy {
	readonly document: Document;
	/** Pieces of text in the source that a person looking at the page does not see. */
	readonly hidden: number;
	readonly isCut: boolean;
}

/** Copies of a page in which nothing runs and from which all that cannot be seen is left out. */
export function createCopies(dom: Dom, sights: Sights) {
	const mostElements = 40_000;
	const deepest = 400;
	const skipped = new Set(
		'script style noscript template head link meta base object embed iframe frame canvas video audio select textarea input'.split(
			' ',
		),
	);
	const kept = ['alt', 'class', 'id', 'colspan', 'rowspan', 'datetime', 'lang', 'start'];
	let target: Document = document;
	let elements = 0;
	let hidden = 0;
	let frames: Element[] = [];

	function copyOf(start: Element): Copy {
		target = document.implementation.createHTMLDocument(document.title);
		elements = 0;
		hidden = 0;
		frames = [];
		sights.refresh();
		const parent = dom.parent(start);
		const above = parent && sights.lookFromRoot(parent);
		if (parent === undefined || above !== undefined) copy(start, target.body, above, 0);
		return { document: target, hidden, isCut: elements > mostElements };
	}

	function copy(node: Node, into: Element, above: Sight | undefined, depth: number): void {
		if (node instanceof Text) copyText(node, into, above);
		else if (node instanceof Element && skipped.has(dom.tag(node))) note(node, above);
		else if (node instanceof Element) copyElement(node, into, above, depth);
	}

	function copyElement(node: Element, into: Element, above: Sight | undefined, depth: number): void {
		elements += 1;
		if (elements > mostElements || depth > deepest) return;
		const sight = sights.look(node, above);
		if (sight === undefined) {
			hidden += piecesIn(node);
			return;
		}
		const made = twinOf(node, sight);
		if (made !== undefined) into.append(made);
		for (const child of dom.children(node)) copy(child, made ?? into, sight, depth + 1);
	}

	/** Frames that can be seen are read by themselves. */
	function note(element: Element, above: Sight | undefined): void {
		if (dom.is(element, 'iframe, frame') && sights.look(element, above) !== undefined) frames.push(element);
	}

	function copyText(node: Text, into: Element, sight: Sight | undefined): void {
		const element = dom.parent(node);
		const isBlank = node.data.trim() === '';
		if (isBlank || (element !== undefined && sight !== undefined && sights.isReadable(element, sight)))
			into.append(node.data);
		else hidden += 1;
	}

	function piecesIn(element: Element): number {
		let pieces = 0;
		const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node !== null && pieces < 10_000; node = walker.nextNode()) {
			const tag = node.parentElement === null ? '' : dom.tag(node.parentElement);
			if ((node as Text).data.trim() !== '' && !skipped.has(tag)) pieces += 1;
		}
		return pieces;
	}

	/** An element of the same meaning with nothing in it; undefined for one that only groups, such as a slot. */
	function twinOf(element: Element, { style }: Sight): Element | undefined {
		const tag = dom.tag(element);
		if (tag === 'slot' || element instanceof HTMLBodyElement || element instanceof HTMLHtmlElement) return undefined;
		const isOwn = tag.includes('-') || !(element instanceof HTMLElement);
		const made = target.createElement(isOwn ? (style.display.startsWith('inline') ? 'span' : 'div') : tag);
		for (const name of kept) if (dom.has(element, name)) made.setAttribute(name, dom.attribute(element, name));
		for (const name of ['href', 'src']) {
			const address = dom.has(element, name) ? URL.parse(dom.attribute(element, name), document.baseURI) : null;
			if (address !== null && /^(https?|mailto|tel):$/.test(address.protocol)) made.setAttribute(name, address.href);
		}
		return made;
	}

	return { copyOf, frames: () => frames };
}
