import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read piece by piece, however many there are. */
export interface ByteSource {
	readonly size: number;
	/** Up to `length` bytes from `at`; fewer at the end alone. Into `room` where a caller reads much and keeps nothing. */
	read(at: number, length: number, room?: Buffer): Promise<Buffer>;
}

export const pieceSize = 256 * 1024;

export function byteSourceOf(handle: FileHandle, size: number, signal: AbortSignal): ByteSource {
	return {
		size,
		async read(at, length, room) {
			signal.throwIfAborted();
			const wanted = Math.max(0, Math.min(length, size - at));
			const bytes = room === undefined ? Buffer.allocUnsafe(wanted) : room.subarray(0, wanted);
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
