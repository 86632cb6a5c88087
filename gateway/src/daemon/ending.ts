/** The end of a daemon: begun once, by whoever asks first, and over when all its steps are. */
export interface Ending {
	readonly hasBegun: boolean;
	begin(): void;
	readonly over: Promise<void>;
}

export function createEnding(steps: () => Promise<void>): Ending {
	let hasBegun = false;
	let finish = (_steps: Promise<void>): void => {};
	const over = new Promise<void>((done) => {
		finish = done;
	});
	return {
		get hasBegun() {
			return hasBegun;
		},
		begin() {
			if (hasBegun) return;
			hasBegun = true;
			finish(steps());
		},
		over,
	};
}
