import { readFileSync } from 'node:fs';

/** The line of a program's stderr that says best why it ended; undefined where it said nothing. */
export function lastWords(file: string): string | undefined {
	const lines = readFileSync(file, 'utf8')
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');
	// Node ends a crash with its version, below the error and its stack.
	return (
		lines.findLast((line) => /^\w*Error\b|^switchboard|not found/.test(line) && !line.startsWith('at ')) ?? lines.at(-1)
	);
}
