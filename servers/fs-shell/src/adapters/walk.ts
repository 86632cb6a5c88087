import { type BigIntStats, closeSync, constants, type Dirent, fstatSync, lstatSync, openSync } from 'node:fs';
import { opendir, readdir } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { codeOf } from './errno.ts';
import { wayOf } from './held-folder.ts';
import { type EntryKind, kindOf } from './regular-file.ts';

/** Something met on a walk; it can be asked about until the walk goes on. */
export interface Entry {
	/** From where the walk began, with `/` between names. */
	readonly path: string;
	readonly name: string;
	readonly kind: EntryKind;
	/** The way to it, good until the walk goes on. */
	readonly at: string;
	/** What it is itself, not what it links to; undefined where it is gone. */
	stats(): BigIntStats | undefined;
}

export interface WalkOptions {
	/** How many levels down; 1 is the folder's own entries. */
	readonly depth: number;
	readonly signal: AbortSignal;
	/** Whether to look into a folder, and whether to mention an entry at all. */
	readonly mayEnter: (path: string, name: string) => boolean;
	/** Called with a folder's way before its entries, such as to read its ignore file. */
	readonly onFolder?: (path: string, at: string) => Promise<void>;
}

/** Deeper than this nothing is looked into: every level holds a descriptor. */
const deepest = 200;

/** A folder of so many bytes of names is read piece by piece. */
const largeFolder = 1 << 20;

/** Everything below a folder, no link followed: every folder is opened through the one that holds it. */
export async function* walk(at: string, options: WalkOptions, path = '', level = 1): AsyncGenerator<Entry> {
	const folder = openFolder(at);
	if (folder === undefined) return;
	try {
		await options.onFolder?.(path, folder.way);
		let met = 0;
		for await (const entry of entriesOf(folder.way, folder.size)) {
			if (met++ % 1000 === 999) await turn();
			options.signal.throwIfAborted();
			const inner = path === '' ? entry.name : `${path}/${entry.name}`;
			const innerAt = `${folder.way}/${entry.name}`;
			const kind = kindOf(entry);
			yield { path: inner, name: entry.name, kind, at: innerAt, stats: () => statsAt(innerAt) };
			const isDeeper = kind === 'folder' && level < Math.min(options.depth, deepest);
			if (isDeeper && options.mayEnter(inner, entry.name)) yield* walk(innerAt, options, inner, level + 1);
		}
	} finally {
		closeSync(folder.descriptor);
	}
}

/** A folder that cannot be opened, or is none any more, has no entries as far as a walk is concerned. */
function openFolder(at: string) {
	try {
		const descriptor = openSync(at, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
		return { descriptor, way: wayOf(descriptor, at), size: fstatSync(descriptor).size };
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined;
		throw error;
	}
}

async function* entriesOf(way: string, size: number): AsyncGenerator<Dirent> {
	if (size > largeFolder) yield* await opendir(way, { bufferSize: 1024 });
	else yield* await readdir(way, { withFileTypes: true });
}

function statsAt(at: string): BigIntStats | undefined {
	try {
		return lstatSync(at, { bigint: true });
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}
