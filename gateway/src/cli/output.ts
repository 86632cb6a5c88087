import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Where a command prints: stdout holds its result and nothing else. */
export interface Output {
	/** `--json` was given. */
	readonly json: boolean;
	/** A human sits at both ends and may be asked. */
	readonly interactive: boolean;
	/** The command's result: one JSON document with `--json`, else the text. */
	result(document: unknown, text: string | (() => string)): void;
	/** A line for humans; nothing with `--json`. */
	line(text?: string): void;
	/** One JSON value a line, for results without an end. */
	jsonLine(value: unknown): void;
	/** Beside the result: a warning, what to do next. */
	note(text: string): void;
	/** How far long work is, rewritten in place; only on a terminal. Nothing given clears it. */
	progress(text?: string): void;
	/** Coloured on a terminal, plain elsewhere. */
	style(format: Style, text: string): string;
	/** Asks for a line of text; the empty string where nobody can be asked, or the question is taken back. */
	ask(question: string, signal?: AbortSignal): Promise<string>;
}

export interface Streams {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
}

export function createOutput(json: boolean, streams: Streams = process, env: NodeJS.ProcessEnv = process.env): Output {
	const { stdin, stdout, stderr } = streams;
	const interactive = !json && stdin.isTTY === true && stdout.isTTY === true && env.CI === undefined;
	let isProgressShown = false;
	let isAsking = false;
	let isGuarded = false;

	function clear(): void {
		if (!isProgressShown) return;
		isProgressShown = false;
		stderr.write('\r\u001b[2K');
	}

	function print(stream: Writable, text: string): void {
		clear();
		if (stream === stdout && !isGuarded) {
			isGuarded = true;
			stdout.on('error', endWhenNobodyReads);
		}
		stream.write(`${text}\n`);
	}

	return {
		json,
		interactive,
		result(document, text) {
			print(stdout, json ? JSON.stringify(document, null, 2) : typeof text === 'string' ? text : text());
		},
		line(text = '') {
			if (!json) print(stdout, text);
		},
		jsonLine: (value) => print(stdout, JSON.stringify(value)),
		note: (text) => print(stderr, text),
		progress(text) {
			clear();
			if (text === undefined || stderr.isTTY !== true || json || isAsking) return;
			isProgressShown = true;
			// Some terminals say they are 0 wide.
			stderr.write(clip(text, (stderr.columns || 80) - 1));
		},
		// `styleText` looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
		style: (format, text) => styleText(format, text, { stream: stdout }),
		async ask(question, signal) {
			if (!interactive) return '';
			clear();
			isAsking = true;
			const lines = createInterface({ input: stdin, output: stdout });
			// In raw mode Ctrl-C is a key, which readline keeps to itself.
			lines.once('SIGINT', () => process.emit('SIGINT'));
			try {
				return (await lines.question(question, signal === undefined ? {} : { signal })).trim();
			} catch {
				print(stdout, '');
				return '';
			} finally {
				isAsking = false;
				lines.close();
			}
		},
	};
}

/** `| head` has read enough: not a failure. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
	if (error.code !== 'EPIPE') throw error;
	process.exit();
}

function clip(text: string, width: number): string {
	const plain = stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');
	return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}
