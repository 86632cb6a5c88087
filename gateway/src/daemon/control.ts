import type { ControlEvent, MethodName, ParamsOf, ResultOf } from './methods.ts';

export interface RequestOptions {
	readonly onEvent?: (event: ControlEvent) => void;
	/** Takes the request back: the daemon cancels what it was doing for it. */
	readonly signal?: AbortSignal;
}

/** The operator's connection to the daemon. */
export interface Control {
	/** The daemon at the other end. */
	readonly daemon: { readonly version: string; readonly pid: number };
	/** Answers the method's result, or throws the Fault it ended in. */
	request<Name extends MethodName>(
		method: Name,
		params: ParamsOf<Name>,
		options?: RequestOptions,
	): Promise<ResultOf<Name>>;
	/** Resolves when the daemon has hung up. */
	readonly closed: Promise<void>;
	close(): void;
}
