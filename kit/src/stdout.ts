/**
 * Keeps stdout for the protocol: whatever else writes there, a library's stray `console.log` included, goes to stderr.
 * Returns the stream that really writes.
 */
export function guardStdout(): NodeJS.WriteStream {
	const write = process.stdout.write.bind(process.stdout);
	const real = Object.create(process.stdout, { write: { value: write } }) as NodeJS.WriteStream;
	process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
	return real;
}
