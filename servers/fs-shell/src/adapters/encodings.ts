import { analyse } from 'chardet';
import iconv from 'iconv-lite';

/** How a file's bytes are text. */
export interface Encoding {
	/** As IANA names it, in lower case. */
	readonly name: string;
	/** Length of the byte-order mark at the start. */
	readonly bom: number;
	/** Bytes of the smallest unit; a line feed takes as many. */
	readonly unit: 1 | 2 | 4;
	/** Whether a reader can find the next character from anywhere, which is not so for most Asian legacy encodings. */
	readonly isAligned: boolean;
}

const boms: readonly (readonly [string, Buffer])[] = [
	['utf-32le', Buffer.from([0xff, 0xfe, 0, 0])],
	['utf-32be', Buffer.from([0, 0, 0xfe, 0xff])],
	['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
	['utf-16le', Buffer.from([0xff, 0xfe])],
	['utf-16be', Buffer.from([0xfe, 0xff])],
];

const multibyte = /^(shift_jis|euc-(jp|kr|cn)|gb(k|18030|2312)|big5(-hkscs)?|cp9(32|36|49|50)|iso-2022|utf-7)/;

/** The encoding of this name, which iconv must know; undefined where it does not. */
export function encodingNamed(name: string, bom = 0): Encoding | undefined {
	const known = name.toLowerCase();
	if (!iconv.encodingExists(known)) return undefined;
	const unit = known.startsWith('utf-16') || known === 'ucs2' ? 2 : known.startsWith('utf-32') ? 4 : 1;
	return { name: known, bom, unit, isAligned: !multibyte.test(known) };
}

/** The encoding of a file that starts with `sample`; undefined where it is not text. `isWhole`: there is no more of it. */
export function detectEncoding(sample: Buffer, isWhole: boolean): Encoding | undefined {
	for (const [name, mark] of boms) {
		if (sample.subarray(0, mark.length).equals(mark)) return encodingNamed(name, mark.length);
	}
	if (sample.includes(0)) return wideWithoutMark(sample);
	if (isUtf8(sample, isWhole)) return mostlyPrintable(sample) ? encodingNamed('utf-8') : undefined;
	return mostlyPrintable(sample) ? legacy(sample) : undefined;
}

export function isUtf8(sample: Uint8Array, isWhole: boolean): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: !isWhole });
		return true;
	} catch {
		return false;
	}
}

/** UTF-16 of mostly Western text: every other byte is zero, the others hardly ever. */
function wideWithoutMark(sample: Buffer): Encoding | undefined {
	let even = 0;
	let odd = 0;
	for (const [index, byte] of sample.entries()) {
		if (byte === 0) index % 2 === 0 ? even++ : odd++;
	}
	const half = sample.length / 2;
	if (!mostlyPrintable(sample.filter((byte) => byte !== 0))) return undefined;
	if (odd > half * 0.4 && even < half * 0.02) return encodingNamed('utf-16le');
	if (even > half * 0.4 && odd < half * 0.02) return encodingNamed('utf-16be');
	return undefined;
}

function mostlyPrintable(sample: Uint8Array): boolean {
	let odd = 0;
	for (const byte of sample) {
		if (byte < 0x07 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f) odd += 1;
	}
	return odd <= sample.length * 0.02;
}

/** A guess; Latin-1 unless something else is much likelier, since on little text the statistics say little. */
function legacy(sample: Buffer): Encoding | undefined {
	const latin = sample.some((byte) => byte >= 0x80 && byte < 0xa0) ? 'windows-1252' : 'iso-8859-1';
	const [best] = analyse(sample).filter(({ name }) => iconv.encodingExists(name) && !/^UTF|^ASCII/.test(name));
	const isSure = best !== undefined && best.confidence >= 60 && best.name !== 'ISO-8859-1';
	return encodingNamed(isSure ? best.name : latin);
}

/** Text of whole characters, a byte-order mark included as U+FEFF. */
export function decode(bytes: Buffer, { name }: Encoding): string {
	return name === 'utf-8' ? bytes.toString('utf8') : iconv.decode(bytes, name, { stripBOM: false });
}

/** The bytes of a text without a mark; undefined where the encoding has no place for one of its characters. */
export function encode(text: string, encoding: Encoding): Buffer | undefined {
	const bytes = encoding.name === 'utf-8' ? Buffer.from(text) : iconv.encode(text, encoding.name, { addBOM: false });
	return decode(bytes, encoding) === text ? bytes : undefined;
}

/** The byte-order mark of an encoding, for those whose files begin with one. */
export function markOf(name: string): Buffer {
	return boms.find(([known]) => known === name)?.[1] ?? Buffer.alloc(0);
}

/** Decodes a file's bytes piece by piece, for encodings that cannot be entered in the middle. */
export function createDecoder({ name }: Encoding): { write(bytes: Buffer): string; end(): string } {
	const decoder = iconv.getDecoder(name, { stripBOM: false });
	return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}

/** How many of these bytes, which begin with a whole character, end with a whole one. */
export function wholeLength(bytes: Buffer, { name, unit }: Encoding): number {
	if (name === 'utf-8') return wholeUtf8(bytes);
	const even = bytes.length - (bytes.length % unit);
	if (unit !== 2 || even < 2) return even;
	const last = name === 'utf-16be' ? bytes.readUInt16BE(even - 2) : bytes.readUInt16LE(even - 2);
	return last >= 0xd800 && last < 0xdc00 ? even - 2 : even;
}

function wholeUtf8(bytes: Buffer): number {
	for (let back = 1; back <= Math.min(4, bytes.length); back++) {
		const byte = bytes[bytes.length - back] ?? 0;
		if ((byte & 0xc0) === 0x80) continue;
		const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
		return wanted > back ? bytes.length - back : bytes.length;
	}
	return bytes.length;
}

/** The first place at or after `from` where a character begins. */
export function characterStart(bytes: Buffer, from: number, { name, unit }: Encoding): number {
	let at = from;
	if (name === 'utf-8') while (at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
	return unit === 1 ? at : Math.ceil(at / unit) * unit;
}
