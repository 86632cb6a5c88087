import type { Aims } from './aim.ts';
import type { Dom } from './dom.ts';

export type Settling = ReturnType<typeof createSettling>;

/** Tells when a page has done what an action made it do. */
export function createSettling(dom: Dom, aims: Aims) {
	const quiet = 25;
	/** How long a page that shows no sign of having noticed gets for one. */
	const notice = 100;
	/** What keeps changing by itself while nobody acts, such as a clock, says nothing about an action. */
	const restless = new WeakMap<Node, { changes: number; last: number }>();
	let isActing = false;
	let lastChange = 0;
	let hasNoticed = true;

	new MutationObserver((records) => {
		const now = performance.now();
		for (const { target } of records) {
			if (!isActing) noteIdle(target, now);
			else if (!isRestless(target, now)) noteChange(now);
		}
	}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

	for (const type of ['input', 'change', 'scroll', 'toggle']) {
		window.addEventListener(type, () => noteChange(lastChange), true);
	}

	function noteChange(at: number): void {
		lastChange = at;
		hasNoticed = true;
	}

	function noteIdle(target: Node, now: number): void {
		const known = restless.get(target);
		if (known === undefined || now - known.last > 3_000) restless.set(target, { changes: 1, last: now });
		// A burst counts once.
		else if (now - known.last > 50) restless.set(target, { changes: known.changes + 1, last: now });
	}

	function isRestless(target: Node, now: number): boolean {
		const known = restless.get(target);
		return known !== undefined && known.changes >= 3 && now - known.last < 3_000;
	}

	/** `isSure` says that what is done has its effect at once, if it has one. */
	function begin(isSure: boolean): void {
		isActing = true;
		hasNoticed = isSure;
		lastChange = 0;
	}

	/** Resolves when nothing has changed for a while and no animation runs, at the latest after `most` ms. */
	async function settle(most: number): Promise<void> {
		const start = performance.now();
		const isBusy = (now: number): boolean =>
			now - lastChange < quiet || (!hasNoticed && now - start < notice) || isAnimating();
		do await aims.nextFrame();
		while (performance.now() < start + most && isBusy(performance.now()));
		isActing = false;
		hasNoticed = true;
	}

	function isAnimating(): boolean {
		return dom.animations().some(({ playState, effect }) => {
			if (playState !== 'running') return false;
			const { endTime } = effect?.getComputedTiming() ?? {};
			return typeof endTime === 'number' && endTime < 2_000;
		});
	}

	return { begin, settle, isComplete: dom.isComplete };
}
