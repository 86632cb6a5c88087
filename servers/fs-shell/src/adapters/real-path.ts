import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, join, parse, sep } from 'node:path';
import { codeOf } from './errno.ts';

/** Where a path leads, as the kernel would go, `..` after a link included. */
export interface Resolved {
	/** The real path of what is there. */
	readonly real: string;
	/** Names of the path's end that are not there yet, below `real`. */
	readonly missing: readonly string[];
	/** Whether what is missing is what a link leads to. */
	readonly isDangling?: boolean;
}

/** As many links as Linux follows. */
const mostLinks = 40;

/**
 * Resolves an absolute path. With `follow` its last name is followed where it is a link.
 */
export async function resolvePath(path: string, follow: boolean): Promise<Resolved> {
	if (!follow) return walk(path, false);
	try {
		return { real: await realpath(path), missing: [] };
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
		return walk(path, true);
	}
}

interface Name {
	readonly name: string;
	readonly isFromLink: boolean;
}

async function walk(path: string, follow: boolean): Promise<Resolved> {
	const { root } = parse(path);
	let queue = namesOf(path.slice(root.length), false);
	let real = root;
	let links = 0;
	let isDangling = false;
	const missing: string[] = [];
	for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
		const { name, isFromLink } = next;
		if (name === '..') {
			if (missing.pop() === undefined) real = dirname(real);
			continue;
		}
		const there = missing.length > 0 ? undefined : await entryAt(join(real, name));
		if (there === undefined) {
			isDangling ||= isFromLink;
			missing.push(name);
		} else if (there.isSymbolicLink() && (follow || queue.length > 0)) {
			links += 1;
			if (links > mostLinks) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
			const target = await readlink(join(real, name));
			const { root: top } = parse(target);
			if (top !== '') real = top;
			queue = [...namesOf(target.slice(top.length), true), ...queue];
		} else {
			if (!there.isDirectory() && queue.length > 0) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
			real = join(real, name);
		}
	}
	return { real, missing, isDangling };
}

function namesOf(path: string, isFromLink: boolean): Name[] {
	return path
		.split(sep)
		.filter((name) => name !== '' && name !== '.')
		.map((name) => ({ name, isFromLink }));
}

async function entryAt(path: string) {
	try {
		return await lstat(path);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}
