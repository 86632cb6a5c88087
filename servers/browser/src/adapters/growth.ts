import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '@switchboard/kit';
import { brokenOff, tooLarge } from './download-faults.ts';

const everyMs = 200;

/**
 * Watches the files that appear in a folder, since the browser says nothing of a download that grows without end
 * or has stopped. Returns how to stop watching.
 */
export function watchGrowth(
	folder: string,
	{ mostBytes, stallMs }: { readonly mostBytes: number; readonly stallMs: number },
	stop: (reason: Fault) => void,
): () => void {
	const before = new Set(readdirSync(folder));
	let last = 0;
	let grownAt = performance.now();
	const timer = setInterval(() => {
		const sizes = readdirSync(folder)
			.filter((name) => !before.has(name))
			.map((name) => sizeOf(join(folder, name)));
		if (sizes.some((size) => size > mostBytes)) return stop(tooLarge(mostBytes));
		// A file without bytes yet counts for one, so that it can stall too.
		const total = sizes.reduce((sum, size) => sum + size, sizes.length);
		if (total !== last) grownAt = performance.now();
		last = total;
		if (total > 0 && performance.now() - grownAt > stallMs) stop(brokenOff());
	}, everyMs);
	return () => clearInterval(timer);
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
