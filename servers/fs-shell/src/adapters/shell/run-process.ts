import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@switchboard/kit';
import { execa } from 'execa';
import { visible } from '../../visible.ts';
import { codeOf } from '../errno.ts';
import { killMarked, runMark, signalGroup } from './end-processes.ts';

export interface ProcessRequest {
	readonly argv: readonly string[];
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly stdin: string | undefined;
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
	/** Takes what is written, at its own pace; false ends the process. */
	readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<boolean>;
}

export interface ProcessOutcome {
	/** Why it ended: by itself, at its deadline, or for writing too much. */
	readonly ended: 'itself' | 'timeout' | 'output';
	/** Absent where it was ended by a signal. */
	readonly exitCode?: number;
	readonly signal?: string;
}

/** From the polite signal to the one that cannot be refused, in ms. */
const patience = 100;
/** How long the pipes of an ended process are waited for: whatever else holds them is not ours to wait for. */
const drainTime = 150;

/** Runs a program in a process group of its own and ends all of it at the deadline, whoever still holds its pipes. */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
	const { timeoutMs, signal, onOutput } = request;
	signal.throwIfAborted();
	const run = randomUUID();
	const { pid, child, stdout, stderr } = await started(request, run);
	const stop = Promise.withResolvers<'timeout' | 'output' | 'cancelled'>();
	const timer = setTimeout(() => stop.resolve('timeout'), timeoutMs);
	const cancel = (): void => stop.resolve('cancelled');
	signal.addEventListener('abort', cancel, { once: true });
	const exited = new Promise<Exit>((resolve) => {
		child.once('exit', (code, by) => resolve({ code, by }));
	});
	const drained = Promise.all([
		pump(stdout, 'stdout', onOutput, () => stop.resolve('output')),
		pump(stderr, 'stderr', onOutput, () => stop.resolve('output')),
	]);
	// What can no longer be taken, such as on a full disk, is as good as too much.
	drained.catch(() => stop.resolve('output'));
	try {
		const ended = await Promise.race([exited.then(() => 'itself' as const), stop.promise]);
		if (ended !== 'itself') await end(pid, run, exited);
		const isHeld = await Promise.race([drained.then(() => false), delay(drainTime, true)]);
		if (isHeld) killMarked(run);
		if (ended === 'cancelled') throw signal.reason;
		const { code, by } = await Promise.race([exited, delay(drainTime, { code: null, by: 'SIGKILL' } as const)]);
		return { ended, ...(code !== null && { exitCode: code }), ...(by !== null && { signal: by }) };
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', cancel);
		// What it left running ends with it.
		signalGroup(pid, 'SIGKILL');
		for (const pipe of [stdout, stderr, child.stdin]) pipe?.destroy();
	}
}

interface Exit {
	readonly code: number | null;
	readonly by: NodeJS.Signals | null;
}

interface Started {
	readonly pid: number;
	readonly child: ChildProcess;
	readonly stdout: Readable;
	readonly stderr: Readable;
}

async function started({ argv, cwd, env, stdin }: ProcessRequest, run: string): Promise<Started> {
	const [program = '', ...args] = argv;
	const subprocess = execa(program, args, {
		cwd,
		env: { ...env, [runMark]: run },
		extendEnv: false,
		...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
		stdout: 'pipe',
		stderr: 'pipe',
		buffer: false,
		reject: false,
		detached: process.platform !== 'win32',
		cleanup: false,
	});
	const { pid, stdout, stderr, nodeChildProcess: child } = subprocess;
	if (pid === undefined) throw notStarted(await subprocess, program);
	// Its end is told by its exit: execa would wait for every pipe, which a stray process can hold for ever.
	subprocess.catch(() => {});
	yieldTo(pid);
	return { pid, child, stdout, stderr };
}

/** A command that takes every processor must not keep the Agent from ending it. */
function yieldTo(pid: number): void {
	try {
		setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
	} catch {
		// It ended already, or this system does not let us.
	}
}

async function end(pid: number, run: string, exited: Promise<unknown>): Promise<void> {
	signalGroup(pid, 'SIGTERM');
	await Promise.race([exited, delay(patience)]);
	signalGroup(pid, 'SIGKILL');
	killMarked(run);
}

async function pump(
	pipe: Readable,
	stream: 'stdout' | 'stderr',
	onOutput: ProcessRequest['onOutput'],
	onEnough: () => void,
): Promise<void> {
	try {
		for await (const bytes of pipe) if (!(await onOutput(stream, bytes))) return onEnough();
	} catch (error) {
		// A pipe that was closed at the deadline has no more to say.
		if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
	}
}

const startFaults: Readonly<Record<string, readonly ['not_found' | 'denied' | 'too_large' | 'unavailable', string]>> = {
	ENOENT: ['not_found', 'is not a program that is installed here'],
	EACCES: ['denied', 'is not a program that may be run'],
	EPERM: ['denied', 'is not a program that may be run'],
	ENOEXEC: ['denied', 'is not a program: it has no #! line'],
	E2BIG: ['too_large', 'was given more arguments than the system takes'],
	EAGAIN: ['unavailable', 'cannot be started: too many processes are running'],
	ENOMEM: ['unavailable', 'cannot be started: memory is short'],
	EMFILE: ['unavailable', 'cannot be started: too many files are open'],
};

function notStarted(result: unknown, program: string): unknown {
	const cause = (result as { cause?: unknown }).cause ?? result;
	const known = startFaults[codeOf(cause) ?? codeOf(result) ?? ''];
	return known === undefined ? cause : new Fault(known[0], `${visible(program)} ${known[1]}.`, { cause });
}
