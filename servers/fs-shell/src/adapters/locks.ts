/** Lets one piece of work at a time at each path. */
export interface Locks {
	hold<T>(paths: readonly string[], work: () => Promise<T>): Promise<T>;
}

export function createLocks(): Locks {
	const last = new Map<string, Promise<unknown>>();

	function holdOne<T>(path: string, work: () => Promise<T>): Promise<T> {
		const before = last.get(path) ?? Promise.resolve();
		const mine = before.then(work, work);
		const settled = mine.then(
			() => {},
			() => {},
		);
		last.set(path, settled);
		void settled.then(() => {
			if (last.get(path) === settled) last.delete(path);
		});
		return mine;
	}

	return {
		// Always in the same order, so that no two wait for each other.
		hold: (paths, work) =>
			[...new Set(paths)]
				.sort()
				.reduceRight<() => Promise<unknown>>((inner, path) => () => holdOne(path, inner), work)() as ReturnType<
				typeof work
			>,
	};
}
