import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hello, readAnswer } from './hello.ts';
import { createLineReader } from './lines.ts';
import { type DaemonPaths, isPrivate } from './paths.ts';
import { type Starting, startDaemon } from './start.ts';
import { unreachable } from './unreachable.ts';

export interface Connection {
	readonly socket: Socket;
	readonly version: string;
	readonly pid: number;
	/** Takes the lines that follow; those that have come already are given first. */
	onLine(listener: (line: Buffer) => void): void;
}

export interface ConnectOptions {
	readonly hello: Hello;
	/** Whether to start a daemon where none answers. */
	readonly start: boolean;
	/** Not before this moment, since somebody else is about to. */
	readonly startAfter?: number;
	readonly env: NodeJS.ProcessEnv;
	readonly signal?: AbortSignal;
	/** How long to try, in ms; a drain may take ten seconds of it. */
	readonly patience?: number;
}

/** How soon another daemon is started after one that ended; one that still runs is waited for, however slow the machine is. */
const restartMs = 200;
/** How long a hello may go unanswered. */
const answerMs = 3_000;
const silent = new Error('The daemon did not answer the hello.');

/** Connects to the one daemon of this home, and starts it, waits for an old one to drain, or tries again as needed. */
export async function connectDaemon(paths: DaemonPaths, options: ConnectOptions): Promise<Connection> {
	const { hello, start, startAfter = 0, env, signal, patience = 45_000 } = options;
	if (!isPrivate(paths))
		throw unreachable('failed', `${paths.socketFolder} belongs to somebody else.`, 'Use a shorter SWITCHBOARD_HOME.');
	const deadline = Date.now() + patience;
	let starting: Starting | undefined;
	for (let attempt = 0; Date.now() < deadline; attempt += 1) {
		signal?.throwIfAborted();
		const outcome = await tryConnect(paths.socket, hello);
		if (typeof outcome === 'object') return outcome;
		if (outcome === 'drained') continue;
		if (outcome === 'silent' && start) continue;
		if (outcome === 'silent')
			throw unreachable('silent', 'The daemon does not answer.', 'It can be killed: stop --force.');
		if (!start)
			throw unreachable('absent', 'No daemon is running.', 'It starts by itself when a host or a command needs it.');
		const state = starting?.state();
		if (typeof state === 'object')
			throw unreachable('failed', `The daemon could not start: ${state.failure}`, `Its log is ${paths.log}.`);
		const next = starting === undefined ? startAfter : starting.since + restartMs;
		if (state !== 'running' && Date.now() >= next) starting = startDaemon(paths, env);
		await sleep(Math.min(20 + attempt * 5, 100), undefined, { signal });
	}
	throw unreachable('silent', 'The daemon did not answer in time.', `Its log is ${paths.log}.`);
}

/** Whether anything answers on this socket. */
export async function isAnswering(path: string): Promise<boolean> {
	const socket = await dial(path);
	socket?.destroy();
	return socket !== undefined;
}

/** A connection; or the news that an old daemon has drained, that nobody is there, or that who is there says nothing. */
async function tryConnect(path: string, hello: Hello): Promise<Connection | 'drained' | 'absent' | 'silent'> {
	const socket = await dial(path);
	if (socket === undefined) return 'absent';
	const { first, onLine, closed } = linesOf(socket);
	socket.write(`${JSON.stringify(hello)}\n`);
	const silence = setTimeout(() => socket.destroy(silent), answerMs);
	const answer = readAnswer((await first)?.toString('utf8') ?? '');
	clearTimeout(silence);
	if (socket.errored === silent) return 'silent';
	if (answer !== undefined && 'ok' in answer) return { socket, version: answer.version, pid: answer.pid, onLine };
	if (answer !== undefined && 'refused' in answer) {
		socket.destroy();
		throw unreachable('failed', `The daemon refused the connection: ${answer.refused}.`, 'Update this program.');
	}
	if (answer === undefined) socket.destroy();
	await closed;
	return answer === undefined ? 'absent' : 'drained';
}

function dial(path: string): Promise<Socket | undefined> {
	return new Promise((dialled) => {
		const socket = connect(path);
		socket.once('connect', () => dialled(socket));
		// Stays, since a socket whose error nobody hears takes the process down; `close` follows and is what counts.
		socket.on('error', () => dialled(undefined));
	});
}

function linesOf(
	socket: Socket,
): Pick<Connection, 'onLine'> & { first: Promise<Buffer | undefined>; closed: Promise<void> } {
	const early: Buffer[] = [];
	let listener = (line: Buffer): void => void early.push(line);
	const first = new Promise<Buffer | undefined>((arrived) => {
		const keep = listener;
		listener = (line) => {
			listener = keep;
			arrived(line);
		};
		socket.once('close', () => arrived(undefined));
	});
	const read = createLineReader((line) => listener(line));
	socket.on('data', (chunk) => {
		try {
			read(chunk);
		} catch {
			socket.destroy();
		}
	});
	const closed = new Promise<void>((done) => socket.once('close', () => done()));
	return {
		first,
		closed,
		onLine(next) {
			listener = next;
			for (const line of early.splice(0)) next(line);
		},
	};
}
