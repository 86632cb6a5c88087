import { readlinkSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '@switchboard/kit';
import { type ByteSource, byteSourceOf } from './byte-source.ts';
import { mustBeThere } from './changes/tools.ts';
import { sha256Of } from './changes/write.ts';
import { decode, detectEncoding, type Encoding, encodingNamed } from './encodings.ts';
import { onPath } from './errno.ts';
import { type LineEndings, lineEndingsOf } from './line-feeds.ts';
import { binaryTypeOf, typeByName } from './mime-type.ts';
import type { Place, Places, Scope } from './places.ts';
import { type EntryKind, kindOf, openRegular } from './regular-file.ts';
import { readWindow, type Slice, type Window } from './text-window.ts';

/** A regular file, open, and what it turned out to be. */
export interface OpenedFile extends AsyncDisposable {
	readonly path: string;
	readonly shown: string;
	readonly name: string;
	readonly size: number;
	readonly mimeType: string;
	/** Absent where it is not text. */
	readonly text?: TextFile;
	bytes(): Promise<Buffer>;
	stream(): Readable;
}

export interface TextFile {
	readonly encoding: string;
	readonly lineEndings: LineEndings;
	read(window: Window): Promise<Slice>;
}

export interface EntryInfo {
	readonly path: string;
	readonly type: EntryKind;
	readonly size: number;
	readonly modified: string;
	readonly mode: string;
	/** Where a link points; the rest is of the link itself. */
	readonly target?: string;
	readonly sha256?: string;
}

export interface Reader {
	open(path: string, encoding: string | undefined, scope: Scope): Promise<OpenedFile>;
	/** What is at a path, itself and not what it links to. */
	info(path: string, withHash: boolean, scope: Scope): Promise<EntryInfo>;
}

const sampleSize = 64 * 1024;

export function createReader(places: Places): Reader {
	return {
		async open(path, encoding, scope) {
			using place = await places.pin(path, 'read', scope);
			return await onPath(place.shown, async () => {
				const file = await openRegular(place);
				try {
					const source = byteSourceOf(file.handle, Number(file.stats.size), scope.signal);
					return { ...(await inspect(place, source, encoding)), ...contentOf(file.handle, source) };
				} catch (error) {
					await file.handle.close();
					throw error;
				}
			});
		},
		async info(path, withHash, scope) {
			using place = await places.pin(path, withHash ? 'read' : 'see', scope, { follow: false });
			return await onPath(place.shown, () => describe(place, withHash, scope));
		},
	};
}

function contentOf(
	handle: FileHandle,
	source: ByteSource,
): Pick<OpenedFile, 'bytes' | 'stream' | typeof Symbol.asyncDispose> {
	return {
		bytes: () => source.read(0, source.size),
		stream: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }),
		[Symbol.asyncDispose]: () => handle.close(),
	};
}

async function inspect({ path, shown }: Place, source: ByteSource, wanted: string | undefined) {
	const sample = await source.read(0, sampleSize);
	const name = basename(path);
	const about = { path, shown, name, size: source.size };
	const found = wanted === undefined ? await encodingIn(sample, source.size) : named(wanted, sample);
	if (typeof found === 'string')
		return { ...about, mimeType: found === '' ? typeByName(name, 'application/octet-stream') : found };
	const text: TextFile = {
		encoding: found.name,
		lineEndings: lineEndingsOf(decode(sample, found)),
		read: (window) => readWindow(source, found, window),
	};
	return { ...about, mimeType: typeByName(name, 'text/plain'), text };
}

/** The encoding of a text, or the type of what is none; empty where that is not known. */
async function encodingIn(sample: Buffer, size: number): Promise<Encoding | string> {
	const encoding = detectEncoding(sample, sample.length === size);
	const isBeyondDoubt = encoding !== undefined && (encoding.bom > 0 || encoding.name === 'utf-8');
	// What only might be text in some old encoding is more likely a format with a signature, if it has one.
	const type = isBeyondDoubt && !sample.subarray(0, 5).equals(pdf) ? undefined : await binaryTypeOf(sample);
	return type ?? encoding ?? '';
}

const pdf = Buffer.from('%PDF-');

function named(wanted: string, sample: Buffer): Encoding {
	const detected = detectEncoding(sample, false);
	const encoding = encodingNamed(wanted, detected?.name === wanted.toLowerCase() ? detected.bom : 0);
	if (encoding !== undefined) return encoding;
	throw new Fault('invalid_input', 'encoding: is not one that is known.', {
		hint: 'Such as utf-8, utf-16le, iso-8859-1, shift_jis.',
	});
}

async function describe(place: Place, withHash: boolean, scope: Scope): Promise<EntryInfo> {
	const stats = mustBeThere(place);
	const type = kindOf(stats);
	const about = {
		path: place.path,
		type,
		size: Number(stats.size),
		modified: new Date(Number(stats.mtimeMs)).toISOString(),
		mode: (stats.mode & 0o7777n).toString(8).padStart(4, '0'),
	};
	if (type === 'link') return { ...about, target: readlinkSync(place.at) };
	if (!withHash || type !== 'file') return about;
	await using file = await openRegular(place);
	return { ...about, sha256: await sha256Of(file, scope.signal) };
}
