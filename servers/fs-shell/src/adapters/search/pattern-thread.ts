import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Fault } from '@switchboard/kit';
import type { SearchRequest } from './search.ts';

/** How long one piece of text may keep the pattern busy, in ms. */
const patience = 2_000;

/** A pattern that runs in a thread of its own, which is ended when the pattern takes too long. */
export interface PatternThread {
	/** Which of these lines match. */
	matching(lines: readonly string[]): Promise<readonly number[]>;
	stop(): Promise<void>;
}

/** Given as text, so that it is found wherever this file is bundled to. */
const program = `
	const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
	const pattern = new RegExp(workerData.source, workerData.flags);
	parentPort.on('message', (lines) => {
		parentPort.postMessage(lines.flatMap((line, index) => (pattern.test(line) ? [index] : [])));
	});
`;

export function startPatternThread(request: SearchRequest): PatternThread {
	const { source, flags } = patternOf(request);
	const worker = new Worker(program, { eval: true, workerData: { source, flags } });
	worker.unref();
	return {
		async matching(lines) {
			worker.postMessage(lines);
			try {
				const [found] = await once(worker, 'message', { signal: AbortSignal.timeout(patience) });
				return found;
			} catch (cause) {
				await worker.terminate();
				throw new Fault('timeout', 'The pattern takes too long on this text.', {
					hint: 'Use a simpler pattern.',
					cause,
				});
			}
		},
		async stop() {
			await worker.terminate();
		},
	};
}

function patternOf({ pattern, literal, case: wanted }: SearchRequest): RegExp {
	const source = literal ? pattern.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : pattern;
	const isFolded = wanted === 'insensitive' || (wanted === 'smart' && pattern === pattern.toLowerCase());
	try {
		return new RegExp(source, isFolded ? 'i' : '');
	} catch (cause) {
		throw new Fault('invalid_input', 'pattern: is not a regular expression.', {
			hint: 'literal: true searches for it as plain text.',
			cause,
		});
	}
}
