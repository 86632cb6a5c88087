/** Longest line taken from a peer: a result of the largest size with room to spare. */
export const longestLine = 64 * 1024 * 1024;

export interface LineReader {
	/** Takes what arrived; calls back with every whole line that is not blank. */
	push(chunk: Buffer): void;
	/** What has arrived of a line not yet ended; the reader is done. */
	rest(): Buffer;
}

/** Splits a byte stream at newlines. A line beyond `limit` bytes throws, since what follows it cannot be trusted. */
export function createLineReader(onLine: (line: string) => void, limit = longestLine): LineReader {
	let parts: Buffer[] = [];
	let size = 0;
	let isDone = false;

	function add(part: Buffer): void {
		size += part.length;
		if (size > limit) throw new RangeError(`a line is longer than ${limit} bytes`);
		parts.push(part);
	}

	function take(): Buffer {
		const whole = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, size);
		parts = [];
		size = 0;
		return whole;
	}

	return {
		push(chunk) {
			let from = 0;
			for (let at = chunk.indexOf(10); at !== -1 && !isDone; at = chunk.indexOf(10, from)) {
				add(chunk.subarray(from, at));
				from = at + 1;
				const line = take().toString('utf8').trim();
				if (line !== '') onLine(line);
			}
			if (from < chunk.length) add(chunk.subarray(from));
		},
		rest() {
			isDone = true;
			return take();
		},
	};
}
