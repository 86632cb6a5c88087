import { z } from 'zod';
import { Fault } from './fault.ts';

/** JSON Schema 2020-12 of a zod schema, stable from one start to the next. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
	const {
		$schema: _,
		'~standard': __,
		...rest
	} = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Record<string, unknown>;
	return rest;
}

/** Parses at an edge; what is wrong comes back as one Fault that names every problem. */
export function parseOrFault<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new Fault('invalid_input', `${what}: ${problemsOf(parsed.error).join('; ')}.`, {
		hint: 'Correct the named inputs and call again.',
		retryable: false,
	});
}

/** One readable line a problem: where, then what. */
export function problemsOf(error: z.ZodError): string[] {
	return error.issues.map((issue) => {
		const where = issue.path.map(String).join('.');
		const what =
			issue.code === 'invalid_type' && issue.message.endsWith('received undefined') ? 'is missing' : issue.message;
		return where === '' ? what : `${where}: ${what}`;
	});
}
