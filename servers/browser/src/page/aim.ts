import type { Dom } from './dom.ts';
import type { Names } from './names.ts';
import type { Refs } from './refs.ts';
import type { Roles } from './roles.ts';
import type { Sights } from './sight.ts';

/** What an element is called where something is said about it. */
export interface Face {
	readonly ref: string;
	readonly role: string;
	readonly name: string;
}

/** Where the pointer meets an element, in the coordinates of its frame, or why it cannot. */
export type Aim =
	| { readonly state: 'ready'; readonly x: number; readonly y: number }
	| { readonly state: 'gone' }
	| { readonly state: 'hidden' }
	| { readonly state: 'disabled' }
	| { readonly state: 'covered'; readonly by: Face; readonly next: number };

export type Aims = ReturnType<typeof createAims>;

export function createAims(dom: Dom, sights: Sights, roles: Roles, names: Names, refs: Refs) {
	const still = 3;
	const mostFrames = 30;

	function face(element: Element): Face {
		const control = roles.controlOf(element);
		const words = names.seen(control) || names.wordsOf(element) || names.said(control) || names.traceOf(element);
		return { ref: refs.of(element), role: roles.roleOf(control) || 'element', name: words.slice(0, 80) };
	}

	function nextFrame(): Promise<void> {
		// A page in the background draws no frames.
		return new Promise((done) => {
			const late = setTimeout(done, 50);
			requestAnimationFrame(() => {
				clearTimeout(late);
				done();
			});
		});
	}

	/** Brings the element into view, waits until it holds still, and finds a point where nothing lies over it. */
	async function aim(ref: string, next: number, mayBeDisabled = false): Promise<Aim> {
		refs.from(next);
		const element = refs.element(ref);
		if (element === undefined) return { state: 'gone' };
		if (!mayBeDisabled && roles.isDisabled(element)) return { state: 'disabled' };
		if (sights.lookFromRoot(element) === undefined || pointsOf(element).length === 0) return { state: 'hidden' };
		if (!pointsOf(element).some(isInView)) dom.scrollTo(element);
		if (isMoving(element)) await holdStill(element);
		const first = meeting(element);
		if (first.state === 'ready') return first;
		// It may only be scrolled out of the box it is in.
		dom.scrollTo(element);
		const second = meeting(element);
		if (second.state !== 'over') return second;
		return { state: 'covered', by: face(actedOn(second.element)), next: refs.next() };
	}

	/** A point at which a click acts on the element, or what it would act on instead. */
	function meeting(
		element: Element,
	): Extract<Aim, { state: 'ready' | 'hidden' }> | { state: 'over'; element: Element } {
		let over: Element | undefined;
		for (const point of pointsOf(element).filter(isInView)) {
			const hit = dom.hit(point.x, point.y);
			if (hit === undefined || meets(element, hit)) return { state: 'ready', ...point };
			over ??= hit;
		}
		return over === undefined ? { state: 'hidden' } : { state: 'over', element: over };
	}

	function isMoving(element: Element): boolean {
		return dom.animations().some(({ playState, effect }) => {
			const target = effect instanceof KeyframeEffect ? effect.target : null;
			return playState === 'running' && target !== null && dom.contains(target, element);
		});
	}

	async function holdStill(element: Element): Promise<void> {
		let last = '';
		let same = 0;
		for (let frames = 0; frames < mostFrames && same < still; frames += 1) {
			await nextFrame();
			const { x, y } = dom.rect(element);
			same = last === `${x} ${y}` ? same + 1 : 0;
			last = `${x} ${y}`;
		}
	}

	/** The middle of each of its boxes, then points nearer to the corners of the first. */
	function pointsOf(element: Element): { x: number; y: number }[] {
		const boxes = dom.rects(element).filter(({ width, height }) => width > 0 && height > 0);
		const [first] = boxes;
		if (first === undefined) return innerPoints(element);
		const at = (box: DOMRect, right: number, down: number) => ({
			x: box.x + box.width * right,
			y: box.y + box.height * down,
		});
		const corners = [0.15, 0.85].flatMap((right) => [0.15, 0.85].map((down) => at(first, right, down)));
		return [...boxes.slice(0, 8).map((box) => at(box, 0.5, 0.5)), ...corners];
	}

	/** What has no box of its own is met where its children are. */
	function innerPoints(element: Element): { x: number; y: number }[] {
		return dom
			.children(element)
			.flatMap((child) => (child instanceof Element ? pointsOf(child).slice(0, 1) : []))
			.slice(0, 4);
	}

	function isInView({ x, y }: { readonly x: number; readonly y: number }): boolean {
		return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
	}

	/** Whether a click that lands on `hit` acts on the element. */
	function meets(element: Element, hit: Element): boolean {
		if (dom.contains(element, hit)) return true;
		const label = dom.closest(hit, 'label');
		if (label instanceof HTMLLabelElement && label.control === element) return true;
		return getComputedStyle(element).pointerEvents === 'none' && dom.contains(hit, element);
	}

	function actedOn(element: Element): Element {
		return dom.closest(element, 'a[href], button, input, select, textarea, [role], dialog, label, [id]') ?? element;
	}

	/** A point of a frame as a point of the document around it, given the frame's element. */
	function outward(owner: Element, x: number, y: number): Aim {
		const box = dom.rect(owner);
		const style = getComputedStyle(owner);
		const { offsetWidth, offsetHeight, clientLeft, clientTop } = owner as HTMLElement;
		const left = clientLeft + Number.parseFloat(style.paddingLeft);
		const top = clientTop + Number.parseFloat(style.paddingTop);
		const point = {
			x: box.x + (left + x) * (box.width / (offsetWidth || 1)),
			y: box.y + (top + y) * (box.height / (offsetHeight || 1)),
		};
		if (sights.lookFromRoot(owner) === undefined || !isInView(point)) return { state: 'hidden' };
		const hit = dom.hit(point.x, point.y);
		if (hit === undefined || hit === owner) return { state: 'ready', ...point };
		return { state: 'covered', by: face(actedOn(hit)), next: refs.next() };
	}

	function box(ref: string): { x: number; y: number; width: number; height: number } | undefined {
		const element = refs.element(ref);
		if (element === undefined) return undefined;
		dom.scrollTo(element);
		const { x, y, width, height } = dom.rect(element);
		return { x, y, width, height };
	}

	return { aim, face, nextFrame, outward, box };
}
