/** Counts what is under way, so that an end can wait for it. */
export interface InFlight {
	/** Begins something; the answer ends it. */
	begin(): () => void;
	/** Resolves when nothing is under way, or after `ms`. */
	settled(ms: number): Promise<void>;
	readonly count: number;
}

export function createInFlight(): InFlight {
	const waiting = new Set<() => void>();
	let count = 0;
	return {
		begin() {
			count += 1;
			let isOver = false;
			return () => {
				if (isOver) return;
				isOver = true;
				count -= 1;
				if (count === 0) for (const wake of waiting) wake();
			};
		},
		settled(ms) {
			if (count === 0) return Promise.resolve();
			return new Promise((done) => {
				const wake = (): void => {
					clearTimeout(timer);
					waiting.delete(wake);
					done();
				};
				const timer = setTimeout(wake, ms);
				waiting.add(wake);
			});
		},
		get count() {
			return count;
		},
	};
}
