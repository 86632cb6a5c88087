import type { Dom } from './dom.ts';

/** How an element is drawn, as far as what is in it depends on that. */
export interface Sight {
	readonly style: CSSStyleDeclaration;
	readonly opacity: number;
}

export type Sights = ReturnType<typeof createSights>;

/** Tells what a person looking at the page can see from what is only in its source. */
export function createSights(dom: Dom) {
	let grounds = new Map<Element, readonly number[] | undefined>();
	let pictures: readonly DOMRect[] | undefined;

	/** What was measured for an earlier look no longer holds. */
	function refresh(): void {
		grounds = new Map();
		pictures = undefined;
	}

	/** Undefined where nothing in the element can be seen. */
	function look(element: Element, above: Sight | undefined): Sight | undefined {
		const style = getComputedStyle(element);
		if (style.display !== 'contents' && !dom.isRendered(element)) return undefined;
		const own = Number(style.opacity);
		// A control is often laid transparent over the drawing that stands for it.
		const opacity = (above?.opacity ?? 1) * (element instanceof HTMLInputElement && own < 0.05 ? 1 : own);
		if (opacity < 0.05 || isClippedAway(element, style)) return undefined;
		return { style, opacity };
	}

	/** The same for an element reached without a walk from the root. */
	function lookFromRoot(element: Element): Sight | undefined {
		const path: Element[] = [];
		for (let node: Element | undefined = element; node !== undefined; node = dom.parent(node)) path.push(node);
		let sight: Sight | undefined;
		for (const node of path.reverse()) {
			sight = look(node, sight);
			if (sight === undefined) return undefined;
		}
		return sight;
	}

	function isClippedAway(element: Element, style: CSSStyleDeclaration): boolean {
		if (
			style.clipPath !== 'none' &&
			/^(inset\((50|100)%|circle\(0|polygon\(0(px|%)? 0(px|%)?, 0)/.test(style.clipPath)
		) {
			return true;
		}
		if (style.position === 'absolute' || style.position === 'fixed') {
			const edges = /^rect\((.+)\)$/.exec(style.clip)?.[1]?.split(/[ ,]+/).map(Number.parseFloat);
			if (edges?.every((edge) => Math.abs(edge) <= 1)) return true;
		}
		if (style.overflowX === 'visible' && style.overflowY === 'visible') return false;
		// What the root cuts off, the window scrolls to.
		if (element instanceof HTMLHtmlElement || element instanceof HTMLBodyElement) return false;
		if (style.display.startsWith('inline') && !style.display.startsWith('inline-')) return false;
		const { width, height } = dom.rect(element);
		return width <= 1 || height <= 1;
	}

	/** Whether words directly in the element can be read: shown, large enough, on the page, told from their ground. */
	function isReadable(element: Element, { style }: Sight): boolean {
		if (style.visibility !== 'visible' || Number.parseFloat(style.fontSize) < 2) return false;
		if (Number.parseFloat(style.textIndent) < -500 || isUnrendered(element, style)) return false;
		return (style.display === 'contents' || isOnPage(dom.rect(element))) && isTold(element, style);
	}

	/** The element is drawn, and what is directly in it is not. */
	function isUnrendered(element: Element, style: CSSStyleDeclaration): boolean {
		return style.contentVisibility === 'hidden' || (element instanceof HTMLDetailsElement && !element.open);
	}

	function isOnPage(rect: DOMRect): boolean {
		if (rect.width === 0 || rect.height === 0) return false;
		if (rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return false;
		return rect.left < innerWidth || !isCutRight();
	}

	function isCutRight(): boolean {
		return [dom.root(), dom.body()].some((box) => {
			const overflow = box === undefined ? '' : getComputedStyle(box).overflowX;
			return overflow === 'hidden' || overflow === 'clip';
		});
	}

	function isTold(element: Element, style: CSSStyleDeclaration): boolean {
		if (style.backgroundClip.includes('text')) return true;
		const ink = colourOf(style.color);
		if (ink === undefined) return true;
		if ((ink[3] ?? 1) < 0.1) return false;
		const ground = groundOf(element);
		if (ground === undefined) return true;
		const distance = [0, 1, 2].reduce((sum, i) => sum + Math.abs((ink[i] ?? 0) - (ground[i] ?? 0)), 0);
		return distance >= 12 || isOnPicture(dom.rect(element)) || style.textShadow !== 'none';
	}

	/** The colour behind an element, undefined where it cannot be told. */
	function groundOf(element: Element | undefined): readonly number[] | undefined {
		if (element === undefined) return [255, 255, 255, 1];
		if (grounds.has(element)) return grounds.get(element);
		const style = getComputedStyle(element);
		const own = colourOf(style.backgroundColor);
		const isDrawn = style.backgroundImage !== 'none' || style.filter !== 'none' || style.mixBlendMode !== 'normal';
		const ground = isDrawn || own === undefined ? undefined : (own[3] ?? 1) > 0.5 ? own : groundOf(dom.parent(element));
		grounds.set(element, ground);
		return ground;
	}

	/** Words may be white on white by their styles and stand on a photograph all the same. */
	function isOnPicture(rect: DOMRect): boolean {
		pictures ??= dom.all('img, video, canvas, svg, picture, iframe, object').map(dom.rect);
		return pictures.some(
			(picture) =>
				picture.width > 1 &&
				picture.left < rect.right &&
				picture.right > rect.left &&
				picture.top < rect.bottom &&
				picture.bottom > rect.top,
		);
	}

	function colourOf(colour: string): readonly number[] | undefined {
		const parts = /^rgba?\(([\d., ]+)\)$/.exec(colour)?.[1]?.split(',').map(Number);
		return parts?.length === 3 || parts?.length === 4 ? parts : undefined;
	}

	return { look, lookFromRoot, isReadable, refresh };
}
