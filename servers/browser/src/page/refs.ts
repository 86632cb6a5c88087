import type { Dom } from './dom.ts';

export type Refs = ReturnType<typeof createRefs>;

/** A ref is one element of one document for good: it outlives labels and snapshots, and is never given to another. */
export function createRefs(dom: Dom) {
	const numbers = new WeakMap<Element, number>();
	const elements = new Map<number, WeakRef<Element>>();
	let next = 1;

	return {
		/** Numbers are handed out by the Session, so that no two documents share one. */
		from(number: number): void {
			next = number;
		},
		next: (): number => next,
		of(element: Element): string {
			const known = numbers.get(element);
			if (known !== undefined) return `e${known}`;
			numbers.set(element, next);
			elements.set(next, new WeakRef(element));
			next += 1;
			return `e${next - 1}`;
		},
		/** Undefined once the element has left the document. */
		element(ref: string): Element | undefined {
			const found = elements.get(Number(ref.slice(1)))?.deref();
			return found !== undefined && dom.isConnected(found) ? found : undefined;
		},
	};
}
