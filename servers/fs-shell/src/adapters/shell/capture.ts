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
	const spill = createSpill(spillFile);
	let head = Buffer.alloc(0);
	let tail = Buffer.alloc(0);
	let bytes = 0;
	let isDone = false;
	return {
		get bytes() {
			return bytes;
		},
		async take(piece) {
			// What a stray process still writes after the end is nobody's.
			if (isDone) return;
			const isMuch = bytes + piece.length > headSize + tailSize;
			if (isMuch) await spill.write(spill.isOpen() ? [piece] : [head, tail, piece]);
			bytes += piece.length;
			const toHead = piece.subarray(0, Math.max(0, headSize - head.length));
			if (toHead.length > 0) head = Buffer.concat([head, toHead]);
			const rest = piece.subarray(toHead.length);
			if (rest.length > 0) tail = Buffer.concat([tail, rest.subarray(-tailSize)]).subarray(-tailSize);
		},
		async finish(artifacts, name) {
			isDone = true;
			if (!spill.isOpen()) return { text: textOf(Buffer.concat([head, tail])), bytes };
			await spill.close();
			const about = { name, mimeType: 'text/plain', source: 'own' } as const;
			const { uri: artifact } = await artifacts.put(createReadStream(spillFile), about);
			const left = bytes - head.length - tail.length;
			const text = `${textOf(head)}\n[${left} bytes left out here; all of it is ${artifact}]\n${textOf(tail)}`;
			return { text, bytes, artifact };
		},
		async discard() {
			isDone = true;
			await spill.close();
			await rm(spillFile, { force: true });
		},
	};
}

/** A file made when something is first written to it. */
function createSpill(path: string) {
	let file: FileHandle | undefined;
	return {
		isOpen: () => file !== undefined,
		async write(pieces: readonly Buffer[]): Promise<void> {
			if (file === undefined) {
				await mkdir(dirname(path), { recursive: true, mode: 0o700 });
				file = await open(path, 'wx', 0o600);
			}
			await file.writeFile(Buffer.concat(pieces));
		},
		async close(): Promise<void> {
			await file?.close();
			file = undefined;
		},
	};
}

const utf8 = encodingNamed('utf-8') ?? { name: 'utf-8', bom: 0, unit: 1, isAligned: true };

/** Half a character at a cut is left out. */
function textOf(bytes: Buffer): string {
	const start = characterStart(bytes, 0, utf8);
	return plainOutput(bytes.subarray(start > 3 ? 0 : start, wholeLength(bytes, utf8)).toString('utf8'));
}
