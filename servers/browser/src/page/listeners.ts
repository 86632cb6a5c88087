/**
 * Runs in the page's own world before its scripts, and remembers which elements it gives something to do.
 * On the event `channel`, a name the page does not know, each of them answers with that event, for `marks.ts` to hear.
 */
export function rememberListeners(channel: string): void {
	const types = new Set(
		'click dblclick mousedown mouseup pointerdown pointerup touchstart touchend contextmenu dragstart drop'.split(' '),
	);
	const marked = new WeakSet<Element>();
	const list: WeakRef<Element>[] = [];
	const { dispatchEvent, addEventListener } = EventTarget.prototype;
	const { Event: PageEvent, WeakRef: Weak } = globalThis;

	function mark(target: unknown): void {
		if (!(target instanceof Element) || marked.has(target)) return;
		marked.add(target);
		list.push(new Weak(target));
	}

	// A proxy prints as native code, as what it stands for does.
	EventTarget.prototype.addEventListener = new Proxy(addEventListener, {
		apply(native, target, args) {
			if (types.has(args[0])) mark(target);
			return Reflect.apply(native, target, args);
		},
	});
	for (const prototype of [HTMLElement.prototype, SVGElement.prototype]) {
		for (const type of types) {
			const property = Object.getOwnPropertyDescriptor(prototype, `on${type}`);
			const { set } = property ?? {};
			if (property === undefined || set === undefined) continue;
			const marking = new Proxy(set, {
				apply(native, target, args) {
					if (typeof args[0] === 'function') mark(target);
					return Reflect.apply(native, target, args);
				},
			});
			Object.defineProperty(prototype, `on${type}`, { ...property, set: marking });
		}
	}

	const answer = (event: Event): void => {
		// Its own answers come by here too.
		if (event.target !== document) return;
		for (const reference of list) {
			const element = reference.deref();
			if (element?.isConnected) dispatchEvent.call(element, new PageEvent(channel, { composed: true }));
		}
	};
	addEventListener.call(window, channel, answer, true);
}
