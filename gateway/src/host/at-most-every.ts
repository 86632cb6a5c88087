/** Runs `act` on a trigger, at once or as soon as `ms` have passed since the last time; triggers meanwhile are one. */
export function atMostEvery(ms: number, act: () => void): { trigger(): void; stop(): void } {
	let timer: NodeJS.Timeout | undefined;
	let last = Number.NEGATIVE_INFINITY;

	function run(): void {
		timer = undefined;
		last = performance.now();
		act();
	}

	return {
		trigger() {
			if (timer !== undefined) return;
			const wait = last + ms - performance.now();
			if (wait <= 0) return run();
			timer = setTimeout(run, wait);
		},
		stop: () => clearTimeout(timer),
	};
}
