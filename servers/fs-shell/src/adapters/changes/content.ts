import { createReadStream } from 'node:fs';
import { Fault } from '@switchboard/kit';
import { byteSourceOf } from '../byte-source.ts';
import { decode, detectEncoding, type Encoding, encode, encodingNamed, markOf } from '../encodings.ts';
import { lineEndingsOf } from '../line-feeds.ts';
import type { RegularFile } from '../regular-file.ts';
import type { WriteContent } from '../staging.ts';

/** Text, or a file elsewhere whose bytes are taken. */
export type Content = { readonly text: string; readonly encoding?: string } | { readonly file: string };

const sampleSize = 64 * 1024;

/** How text becomes bytes. */
export interface Manner {
	readonly encoding: Encoding;
	/** Written before the text. */
	readonly mark: Buffer;
	readonly isCrlf: boolean;
}

export function mannerOf(content: Content): Manner {
	const name = ('encoding' in content ? content.encoding : undefined) ?? 'utf-8';
	const encoding = encodingNamed(name);
	if (encoding === undefined) {
		throw new Fault('invalid_input', 'encoding: is not one that is known.', {
			hint: 'Such as utf-8, utf-16le, iso-8859-1.',
		});
	}
	return { encoding, mark: encoding.unit === 1 ? Buffer.alloc(0) : markOf(encoding.name), isCrlf: false };
}

/** What is added to a file is written as the file is. */
export async function mannerLike({ handle, stats }: RegularFile, signal: AbortSignal): Promise<Manner> {
	const sample = await byteSourceOf(handle, Number(stats.size), signal).read(0, sampleSize);
	const encoding = detectEncoding(sample, sample.length === Number(stats.size)) ?? encodingNamed('utf-8');
	if (encoding === undefined) throw new TypeError('utf-8 is not known');
	return { encoding, mark: Buffer.alloc(0), isCrlf: lineEndingsOf(decode(sample, encoding)) === 'crlf' };
}

export function bytesOf(content: Content, { encoding, mark, isCrlf }: Manner): WriteContent {
	if ('file' in content) {
		const { file } = content;
		return async (write) => {
			for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) await write(piece);
		};
	}
	const text = isCrlf ? content.text.replaceAll(/\r?\n/g, '\r\n') : content.text;
	const bytes = encode(text, encoding);
	if (bytes === undefined) {
		throw new Fault('invalid_input', `text: holds characters that ${encoding.name} has no place for.`, {
			hint: 'Use encoding: utf-8.',
		});
	}
	return (write) => write(Buffer.concat([mark, bytes]));
}
