/** Where an element with a ref is. */
export interface Owner {
	readonly tab: string;
	readonly frameId: string;
	readonly loaderId: string;
}

/** Who owns which refs of a Session; numbers only grow, so that a ref never comes to mean another element. */
export interface RefBook {
	/** The first number that is free. */
	next(): number;
	/** All numbers below `next` that were free until now are this owner's. */
	took(next: number, owner: Owner): void;
	ownerOf(ref: string): Owner | undefined;
}

interface Range {
	readonly from: number;
	to: number;
	readonly owner: Owner;
}

/** Bounded, since a Session may last for days: the oldest refs are forgotten first. */
export function createRefBook(mostRanges = 10_000): RefBook {
	const ranges: Range[] = [];
	let free = 1;
	return {
		next: () => free,
		took(next, owner) {
			if (next <= free) return;
			const last = ranges.at(-1);
			if (last !== undefined && isSame(last.owner, owner)) last.to = next;
			else ranges.push({ from: free, to: next, owner });
			if (ranges.length > mostRanges) ranges.shift();
			free = next;
		},
		ownerOf(ref) {
			const number = Number(ref.slice(1));
			return ranges.find(({ from, to }) => number >= from && number < to)?.owner;
		},
	};
}

function isSame(a: Owner, b: Owner): boolean {
	return a.tab === b.tab && a.frameId === b.frameId && a.loaderId === b.loaderId;
}
