import { Fault } from './fault.ts';

/** How long the opening of a thing may keep a caller waiting, in ms. */
const patience = 30_000;

/** Opens a thing on first use, for all callers once; a failed opening is forgotten, so that the next call tries again. */
export function createOpening<T>(what: string, open: () => Promise<T>): (signal: AbortSignal) => Promise<T> {
	let opened: { readonly value: T } | undefined;
	let opening: Promise<T> | undefined;

	function begin(): Promise<T> {
		const begun = open();
		begun.then(
			(value) => {
				opened = { value };
			},
			() => {
				if (opening === begun) opening = undefined;
			},
		);
		return begun;
	}

	return async (signal) => {
		if (opened !== undefined) return opened.value;
		opening ??= begin();
		return await within(what, opening, signal);
	};
}

/** The opening itself goes on when its caller has gone or had enough. */
async function within<T>(what: string, opening: Promise<T>, signal: AbortSignal): Promise<T> {
	signal.throwIfAborted();
	const { promise: late, reject } = Promise.withResolvers<never>();
	const leave = (): void => reject(signal.reason);
	const timer = setTimeout(
		() => reject(new Fault('unavailable', `${what} did not get ready within ${patience} ms.`)),
		patience,
	);
	signal.addEventListener('abort', leave, { once: true });
	try {
		return await Promise.race([opening, late]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', leave);
	}
}
