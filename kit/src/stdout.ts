import { Writable } from 'node:stream';

/**
 * Keeps stdout for the protocol: whatever else writes there, a library's stray `console.log` included, goes to stderr.
 * Returns the stream that really writes.
 */
export function guardStdout(): Writable {
	const write = process.stdout.write.bind(process.stdout);
	const real = new Writable({
		decodeStrings: false,
		write: (chunk: string | Uint8Array, encoding, done) => void write(chunk as string, encoding, done),
	});
	// A host that has gone shows on our own stream; on these two it would end the process without order.
	process.stdout.on('error', () => {});
	process.stderr.on('error', () => {});
	process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
	return real;
}
