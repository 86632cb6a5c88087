import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A folder held open, so that its names mean the same until it is closed. */
export interface HeldFolder {
	/** Where the folder really was when it was opened. */
	readonly path: string;
	/** The way to a name in it; on Linux it passes through the open descriptor, so that no link can bend it. */
	to(name: string): string;
	close(): void;
}

/** Opens for looking up names alone; Node has no name for it. */
export const lookUpOnly = 0o10000000;

const hasDescriptorPaths = process.platform === 'linux' && existsSync('/proc/self/fd');

/**
 * Holds a folder that was looked up before. These calls are synchronous on purpose: the look-up has been to the disk
 * already, and each costs a microsecond where a trip through the thread pool costs fifty.
 */
export function holdFolder(path: string): HeldFolder {
	return hasDescriptorPaths ? holdByDescriptor(path) : holdByIdentity(path);
}

function holdByDescriptor(path: string): HeldFolder {
	const descriptor = openSync(path, lookUpOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
	const way = `/proc/self/fd/${descriptor}`;
	let isHeld = true;
	return {
		path: readlinkSync(way),
		to(name) {
			// Its number may be another folder's by now.
			if (!isHeld) throw new TypeError('a folder was used after it was let go');
			return `${way}/${name}`;
		},
		close() {
			if (isHeld) closeSync(descriptor);
			isHeld = false;
		},
	};
}

/** Elsewhere: the path must lead where it led, by device and file number, whenever it is used. */
function holdByIdentity(path: string): HeldFolder {
	const { dev, ino } = lstatSync(path, { bigint: true });
	const isSame = (): boolean => {
		const now = lstatSync(path, { bigint: true });
		return now.dev === dev && now.ino === ino && realpathSync(path) === path;
	};
	if (!isSame()) throw Object.assign(new Error('the folder was swapped'), { code: 'ELOOP' });
	return {
		path,
		to(name) {
			if (!isSame()) throw Object.assign(new Error('the folder was swapped'), { code: 'ELOOP' });
			return join(path, name);
		},
		close() {},
	};
}

/** A regular file opened for reading, or a folder for looking up; whatever else it is, is not opened at all. */
export function openForLooking(at: string | Buffer): {
	readonly descriptor: number;
	readonly stats: ReturnType<typeof statsOf>;
} {
	const descriptor = openSync(at, (hasDescriptorPaths ? lookUpOnly : constants.O_NONBLOCK) | constants.O_NOFOLLOW);
	return { descriptor, stats: statsOf(descriptor) };
}

function statsOf(descriptor: number) {
	return fstatSync(descriptor, { bigint: true });
}

/** The way to open what a look-up descriptor stands for, whatever has become of its name. */
export function wayOf(descriptor: number, at: string): string {
	return hasDescriptorPaths ? `/proc/self/fd/${descriptor}` : at;
}
