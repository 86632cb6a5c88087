/** State an Agent keeps per Session: opened on first use, shared by concurrent callers, closed when the Session ends. */
export interface SessionMap<T> {
	get(session: string): Promise<T>;
	/** The state if it is there, without opening it. */
	peek(session: string): Promise<T> | undefined;
	end(session: string): Promise<void>;
	endAll(): Promise<void>;
}

export function createSessionMap<T>(
	open: (session: string) => Promise<T> | T,
	close: (state: T) => Promise<void> | void = () => {},
): SessionMap<T> {
	const states = new Map<string, Promise<T>>();

	async function end(session: string): Promise<void> {
		const state = states.get(session);
		if (state === undefined) return;
		states.delete(session);
		const opened = await state.catch(() => undefined);
		if (opened !== undefined) await close(opened);
	}

	return {
		get(session) {
			const known = states.get(session);
			if (known !== undefined) return known;
			const opening = Promise.resolve().then(() => open(session));
			states.set(session, opening);
			// A failed opening is forgotten, so that the next call tries again.
			opening.catch(() => {
				if (states.get(session) === opening) states.delete(session);
			});
			return opening;
		},
		peek: (session) => states.get(session),
		end,
		async endAll() {
			await Promise.all([...states.keys()].map(end));
		},
	};
}
