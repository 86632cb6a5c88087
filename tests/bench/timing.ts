/** Durations in ms of one subject. */
export type Times = number[];

/** The value that `share` of all lie below. */
export function percentile(times: readonly number[], share: number): number {
	const sorted = times.toSorted((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

/** Runs each subject in turn, round after round, so that what else the machine does weighs on all alike. */
export async function sideBySide<Name extends string>(
	rounds: number,
	subjects: Readonly<Record<Name, () => Promise<readonly number[]>>>,
): Promise<Record<Name, Times>> {
	const entries = Object.entries(subjects) as [Name, () => Promise<readonly number[]>][];
	const times = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<Name, Times>;
	for (let round = 0; round < rounds; round += 1) {
		for (const [name, run] of entries) times[name].push(...(await run()));
	}
	return times;
}

/** Calls one after another, each timed. */
export async function repeated(count: number, work: () => Promise<unknown>): Promise<Times> {
	const times: Times = [];
	for (let index = 0; index < count; index += 1) times.push(await timed(work));
	return times;
}

/** Calls a second with so many under way at once. */
export async function rate(count: number, width: number, work: () => Promise<unknown>): Promise<number> {
	let left = count;
	const lane = async (): Promise<void> => {
		while (left > 0) {
			left -= 1;
			await work();
		}
	};
	const ms = await timed(() => Promise.all(Array.from({ length: width }, lane)));
	return (count / ms) * 1_000;
}
