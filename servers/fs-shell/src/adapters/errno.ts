import { Fault, type FaultKind } from '@switchboard/kit';
import { visible } from '../visible.ts';

interface Meaning {
	readonly kind: FaultKind;
	readonly what: string;
	readonly hint?: string;
}

/** What the system's answers mean to a caller. */
const meanings: Readonly<Record<string, Meaning>> = {
	ENOENT: { kind: 'not_found', what: 'is not there', hint: 'fs_find and fs_list show what is.' },
	ENOTDIR: { kind: 'not_found', what: 'is not there: a part of the path is a file', hint: 'fs_list shows what is.' },
	EISDIR: { kind: 'invalid_input', what: 'is a folder', hint: 'fs_list shows what it holds.' },
	EEXIST: { kind: 'conflict', what: 'is already there' },
	ENOTEMPTY: { kind: 'conflict', what: 'is a folder that is not empty' },
	EACCES: { kind: 'denied', what: 'may not be used by the account this server runs under' },
	EPERM: { kind: 'denied', what: 'may not be changed by the account this server runs under' },
	EROFS: { kind: 'denied', what: 'is on a file system that is read-only' },
	ELOOP: { kind: 'invalid_input', what: 'is a link that leads in a circle, or was swapped for one meanwhile' },
	ENAMETOOLONG: { kind: 'invalid_input', what: 'is a name longer than the file system takes' },
	EINVAL: { kind: 'invalid_input', what: 'is not a path the file system takes' },
	EILSEQ: { kind: 'invalid_input', what: 'is not a name the file system takes' },
	ENOSPC: { kind: 'unavailable', what: 'cannot be written: the disk is full' },
	EDQUOT: { kind: 'unavailable', what: 'cannot be written: the quota is used up' },
	EFBIG: { kind: 'too_large', what: 'would be larger than the file system takes' },
	EBUSY: { kind: 'conflict', what: 'is in use' },
	ETXTBSY: { kind: 'conflict', what: 'is a program that is running' },
	EMFILE: { kind: 'unavailable', what: 'cannot be opened: too many files are open' },
	ENFILE: { kind: 'unavailable', what: 'cannot be opened: too many files are open' },
	EIO: { kind: 'unavailable', what: 'cannot be reached: the disk reports an error' },
	ESTALE: { kind: 'unavailable', what: 'cannot be reached: the network file system lost it' },
	ENXIO: { kind: 'unsupported', what: 'is not a regular file' },
};

export function codeOf(error: unknown): string | undefined {
	const code = (error as { code?: unknown } | undefined)?.code;
	return typeof code === 'string' ? code : undefined;
}

/** Runs file-system work on what the caller named `shown`; the system's errors come out as Faults. */
export async function onPath<T>(shown: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw faultOf(error, shown);
	}
}

export function faultOf(error: unknown, shown: string): unknown {
	const meaning = meanings[codeOf(error) ?? ''];
	if (error instanceof Fault || meaning === undefined) return error;
	const { kind, what, hint } = meaning;
	return new Fault(kind, `${visible(shown)} ${what}.`, { ...(hint !== undefined && { hint }), cause: error });
}
