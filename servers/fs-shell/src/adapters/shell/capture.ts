import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SessionArtifacts } from '@switchboard/kit';
import { plainOutput } from '../../plain-output.ts';
import { characterStart, encodingNamed, wholeLength } from '../encodings.ts';

/** Bytes kept of the beginning and of the end of an output. */
const headSize = 24 * 1024;
const tailSize = 24 * 1024;

/** What a program wrote to one stream: beginning and end in memory, all of it in a file once it is more. */
export interface Capture {
	readonly bytes: number;
	take(bytes: Buffer): Promise<void>;
	/** The text, terminal control taken out; where it is cut, the whole as an Artifact. */
	finish(artifacts: SessionArtifacts, name: string): Promise<CapturedText>;
	discard(): Promise<void>;
}

export interface CapturedText {
	readonly text: string;
	readonly bytes: number;
	/** The whole output, where the text is only its beginning and end. */
	readonly artifact?: string;
}

export function createCapture(spillFile: string): Capture {
	let head = Buffer.alloc(0);
	let tail = Buffer.alloc(0);
	let bytes = 0;
	let spill: FileHandle | undefined;

	async function toSpill(piece: Buffer): Promise<void> {
		if (spill === undefined) {
			await mkdir(dirname(spillFile), { recursive: true, mode: 0o700 });
			spill = await open(spillFile, 'wx', 0o600);
			await spill.writeFile(Buffer.concat([head, tail]));
		}
		await spill.writeFile(piece);
	}

	async function discard(): Promise<void> {
		await spill?.close();
		spill = undefined;
		await rm(spillFile, { force: true });
	}

	return {
		get bytes() {
			return bytes;
		},
		async take(piece) {
			if (spill !== undefined || bytes + piece.length > headSize + tailSize) await toSpill(piece);
			bytes += piece.length;
			const toHead = piece.subarray(0, Math.max(0, headSize - head.length));
			if (toHead.length > 0) head = Buffer.concat([head, toHead]);
			const rest = piece.subarray(toHead.length);
			if (rest.length > 0) tail = Buffer.concat([tail, rest.subarray(-tailSize)]).subarray(-tailSize);
		},
		async finish(artifacts, name) {
			if (spill === undefined) return { text: textOf(Buffer.concat([head, tail])), bytes };
			await spill.close();
			spill = undefined;
			const about = { name, mimeType: 'text/plain', source: 'own' } as const;
			const { uri } = await artifacts.put(createReadStream(spillFile), about);
			await rm(spillFile, { force: true });
			const left = bytes - head.length - tail.length;
			return {
				text: `${textOf(head)}\n[${left} bytes left out here; all of it is ${uri}]\n${textOf(tail)}`,
				bytes,
				artifact: uri,
			};
		},
		discard,
	};
}

const utf8 = encodingNamed('utf-8') ?? { name: 'utf-8', bom: 0, unit: 1, isAligned: true };

/** Half a character at a cut is left out. */
function textOf(bytes: Buffer): string {
	const start = characterStart(bytes, 0, utf8);
	return plainOutput(bytes.subarray(start > 3 ? 0 : start, wholeLength(bytes, utf8)).toString('utf8'));
}
