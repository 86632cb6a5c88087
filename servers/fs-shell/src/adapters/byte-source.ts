import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read piece by piece, however many there are. */
export interface ByteSource {
	readonly size: number;
	/** Up to `length` bytes from `at`; fewer at the end alone. */
	read(at: number, length: number): Promise<Buffer>;
}

export const pieceSize = 256 * 1024;

export function byteSourceOf(handle: FileHandle, size: number, signal: AbortSignal): ByteSource {
	return {
		size,
		async read(at, length) {
			signal.throwIfAborted();
			const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
			let filled = 0;
			while (filled < bytes.length) {
				const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, at + filled);
				if (bytesRead === 0) break;
				filled += bytesRead;
			}
			return bytes.subarray(0, filled);
		},
	};
}
