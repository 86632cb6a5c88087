/** Longest line taken from a peer: a result of the largest size with room to spare. */
export const longestLine = 64 * 1024 * 1024;

const newline = 10;

/** Splits a byte stream at newlines, blank lines left out. A line beyond `limit` bytes throws: what follows it cannot be trusted. */
export function createLineReader(onLine: (line: Buffer) => void, limit = longestLine): (chunk: Buffer) => void {
	let parts: Buffer[] = [];
	let size = 0;

	function add(part: Buffer): void {
		size += part.length;
		if (size > limit) throw new RangeError(`A line is longer than ${limit} bytes.`);
		if (part.length > 0) parts.push(part);
	}

	function take(): Buffer {
		const [only] = parts;
		const line = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, size);
		parts = [];
		size = 0;
		return line;
	}

	return (chunk) => {
		let from = 0;
		for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
			add(chunk.subarray(from, at));
			from = at + 1;
			const line = take();
			if (!isBlank(line)) onLine(line);
		}
		add(chunk.subarray(from));
	};
}

function isBlank(line: Buffer): boolean {
	return line.length === 0 || (line.length === 1 && line[0] === 13);
}
