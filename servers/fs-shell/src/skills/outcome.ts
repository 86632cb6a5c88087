import { z } from 'zod';
import { lines } from './rendering.ts';

/** What a program that ran leaves. */
export const outcomeShape = {
	exitCode: z.int().optional().describe('Absent where a signal ended it'),
	signal: z.string().optional(),
	timedOut: z.boolean(),
	outputLimited: z.boolean().describe('Ended because it wrote too much'),
	stdout: z.string(),
	stderr: z.string(),
	stdoutBytes: z.int(),
	stderrBytes: z.int(),
	stdoutArtifact: z.string().optional().describe('The whole output, where stdout is its beginning and end'),
	stderrArtifact: z.string().optional(),
	durationMs: z.int(),
};

type Outcome = z.infer<z.ZodObject<typeof outcomeShape>>;

export function renderOutcome({
	exitCode,
	signal,
	timedOut,
	outputLimited,
	stdout,
	stderr,
	durationMs,
}: Outcome): string {
	const how = exitCode === undefined ? `ended by ${signal ?? 'a signal'}` : `exit code ${exitCode}`;
	return lines(
		stdout !== '' && stdout.trimEnd(),
		stderr !== '' && `[stderr]\n${stderr.trimEnd()}`,
		timedOut && '[stopped at its timeout]',
		outputLimited && '[stopped for writing too much]',
		`[${how} after ${durationMs} ms]`,
	);
}
