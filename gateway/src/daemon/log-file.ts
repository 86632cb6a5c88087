import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const largestFile = 5_000_000;

/** A log that never takes more than twice `limit` bytes: when full, it becomes `<file>.1` and begins anew. */
export function createLogFile(file: string, limit = largestFile): { write(line: string): void } {
	let fd = openSync(file, 'a', 0o600);
	let size = fstatSync(fd).size;

	function rotate(): void {
		renameSync(file, `${file}.1`);
		const full = fd;
		fd = openSync(file, 'a', 0o600);
		size = 0;
		closeSync(full);
	}

	return {
		write(line) {
			try {
				if (size >= limit) rotate();
				size += writeSync(fd, line);
			} catch {
				// A full disk must not end the work that would be logged.
			}
		},
	};
}
