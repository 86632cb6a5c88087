import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Call } from '@switchboard/kit';
import { plainOutput } from '../../plain-output.ts';
import { faultOf } from '../errno.ts';
import { createCapture } from './capture.ts';
import { type ProcessRequest, runProcess } from './run-process.ts';

/** What came of a program that ran. */
export interface RunOutcome {
	/** Absent where it was ended by a signal. */
	readonly exitCode?: number;
	readonly signal?: string;
	readonly timedOut: boolean;
	/** Whether it was ended for writing more than is taken. */
	readonly outputLimited: boolean;
	readonly stdout: string;
	readonly stderr: string;
	readonly stdoutBytes: number;
	readonly stderrBytes: number;
	/** The whole output, where what is given here is its beginning and end. */
	readonly stdoutArtifact?: string;
	readonly stderrArtifact?: string;
	readonly durationMs: number;
}

/** Runs programs for Sessions; none outlives its Session or the Agent. */
export interface Launcher {
	launch(request: Omit<ProcessRequest, 'signal' | 'onOutput'>, call: Call): Promise<RunOutcome>;
	endSession(session: string): Promise<void>;
	close(): Promise<void>;
}

/** Most bytes of one stream. */
const outputLimit = 64 * 1024 * 1024;

/** Progress is told at most this often, in ms. */
const progressPace = 250;

export function createLauncher(stateFolder: string): Launcher {
	const running = new Set<{
		readonly session: string;
		readonly stop: AbortController;
		readonly done: Promise<unknown>;
	}>();

	async function launch(request: Omit<ProcessRequest, 'signal' | 'onOutput'>, call: Call): Promise<RunOutcome> {
		const stop = new AbortController();
		const signal = AbortSignal.any([call.signal, stop.signal]);
		const done = runCaptured({ ...request, signal }, call, join(stateFolder, 'output', randomUUID()));
		const entry = { session: call.session, stop, done: done.catch(() => {}) };
		running.add(entry);
		try {
			return await done;
		} finally {
			running.delete(entry);
		}
	}

	async function end(isMeant: (session: string) => boolean): Promise<void> {
		const ending = [...running].filter(({ session }) => isMeant(session));
		for (const { stop } of ending) stop.abort();
		await Promise.all(ending.map(({ done }) => done));
	}

	return { launch, endSession: (session) => end((one) => one === session), close: () => end(() => true) };
}

async function runCaptured(
	request: Omit<ProcessRequest, 'onOutput'>,
	call: Call,
	spillFile: string,
): Promise<RunOutcome> {
	const started = performance.now();
	const captures = { stdout: createCapture(`${spillFile}.stdout`), stderr: createCapture(`${spillFile}.stderr`) };
	const tell = paced(call);
	try {
		const { ended, ...how } = await runProcess({
			...request,
			async onOutput(stream, bytes) {
				const capture = captures[stream];
				await capture.take(bytes);
				tell(bytes, captures.stdout.bytes + captures.stderr.bytes);
				return capture.bytes < outputLimit;
			},
		});
		const stdout = await captures.stdout.finish(call.artifacts, 'stdout.txt');
		const stderr = await captures.stderr.finish(call.artifacts, 'stderr.txt');
		return {
			...how,
			timedOut: ended === 'timeout',
			outputLimited: ended === 'output',
			stdout: stdout.text,
			stderr: stderr.text,
			stdoutBytes: stdout.bytes,
			stderrBytes: stderr.bytes,
			...(stdout.artifact !== undefined && { stdoutArtifact: stdout.artifact }),
			...(stderr.artifact !== undefined && { stderrArtifact: stderr.artifact }),
			durationMs: Math.round(performance.now() - started),
		};
	} catch (error) {
		throw faultOf(error, 'The output');
	} finally {
		await captures.stdout.discard();
		await captures.stderr.discard();
	}
}

/** Tells what was written last, not more often than a reader can follow. */
function paced(call: Call): (bytes: Buffer, total: number) => void {
	let last = Number.NEGATIVE_INFINITY;
	return (bytes, total) => {
		if (performance.now() - last < progressPace) return;
		last = performance.now();
		const text = plainOutput(bytes.subarray(-2_000).toString('utf8')).trimEnd();
		call.progress(text === '' ? `${total} bytes of output` : text.slice(-500).toWellFormed(), total);
	};
}
