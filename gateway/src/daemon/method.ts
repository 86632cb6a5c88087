import type { z } from 'zod';
import type { Operator } from './operator-context.ts';

/** One thing an operator may ask for: what it takes, and what it does. */
export interface Method<Params extends z.ZodType, Result> {
	readonly params: Params;
	run(params: z.infer<Params>, operator: Operator): Promise<Result> | Result;
}

export function method<Params extends z.ZodType, Result>(
	params: Params,
	run: (params: z.infer<Params>, operator: Operator) => Promise<Result> | Result,
): Method<Params, Result> {
	return { params, run };
}
