import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Answer, type Hello, readHello } from './hello.ts';
import { createLineReader, longestLine } from './lines.ts';
import { type DaemonPaths, isPrivate } from './paths.ts';

/** What a connection is after its hello. */
export interface Peer {
	take(line: Buffer): void;
	/** The other side is gone. */
	hangUp(): void;
	/** Tells it that this daemon ends; it hangs up by itself when nothing of its own is left. */
	drain?(): void;
}

export interface ListenerParts {
	/** The answer to a hello, and who then takes the lines; a peer is only made for `ok`. */
	greet(hello: Hello): Answer;
	serve(hello: Hello, socket: Socket): Peer;
}

export interface Listener {
	/** Hosts and operators connected. */
	readonly size: number;
	/** Takes no more connections, and tells those there are; resolves when all that were told have hung up. */
	drain(): Promise<void>;
	/** Hangs up on everybody, once what was written has gone out. */
	close(): Promise<void>;
}

/** A peer that says nothing must not hold a connection for ever. */
const helloTimeoutMs = 10_000;
/** A hello is short; whoever sends more has another protocol in mind. */
const longestHello = 64 * 1024;

/** Listens where only this owner can connect. The caller holds the lock, so a socket already there is a dead one's. */
export async function listenOnSocket(paths: DaemonPaths, parts: ListenerParts): Promise<Listener> {
	const { socket: path, socketFolder } = paths;
	const peers = new Map<Socket, Peer | undefined>();
	const server = createServer((socket) => {
		peers.set(socket, undefined);
		socket.on('error', () => {});
		socket.once('close', () => {
			const peer = peers.get(socket);
			peers.delete(socket);
			peer?.hangUp();
		});
		receive(socket, parts, (peer) => peers.set(socket, peer));
	});
	if (socketFolder !== undefined) {
		mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
		if (!isPrivate(paths)) throw new Error(`${socketFolder} belongs to somebody else.`);
		rmSync(path, { force: true });
	}
	await listen(server, path);
	if (socketFolder !== undefined) chmodSync(path, 0o600);

	return {
		get size() {
			return [...peers.values()].filter((peer) => peer !== undefined).length;
		},
		async drain() {
			// Also removes the socket, so that the next daemon can make its own.
			server.close();
			const told = [...peers].filter(([, peer]) => peer?.drain !== undefined);
			const gone = told.map(([socket]) => new Promise((closed) => socket.once('close', closed)));
			for (const [, peer] of told) peer?.drain?.();
			await Promise.all(gone);
		},
		async close() {
			server.close();
			await Promise.all([...peers.keys()].map(hangUp));
		},
	};
}

function receive(socket: Socket, { greet, serve }: ListenerParts, keep: (peer: Peer) => void): void {
	let peer: Peer | undefined;
	let received = 0;
	const timer = setTimeout(() => socket.destroy(), helloTimeoutMs);
	socket.once('close', () => clearTimeout(timer));
	const read = createLineReader((line) => (peer === undefined ? welcome(line) : peer.take(line)), longestLine);

	function welcome(line: Buffer): void {
		clearTimeout(timer);
		const hello = readHello(line.toString('utf8'));
		const answer: Answer = hello === undefined ? { refused: 'this is no hello it knows' } : greet(hello);
		socket.write(`${JSON.stringify(answer)}\n`);
		if (hello === undefined || !('ok' in answer)) {
			// A newer program waits for the line to go dead before it starts its own daemon.
			if (!('drain' in answer)) socket.end();
			peer = silent;
			return;
		}
		peer = serve(hello, socket);
		keep(peer);
	}

	socket.on('data', (chunk) => {
		received += chunk.length;
		try {
			if (peer === undefined && received > longestHello) throw new RangeError('The hello is too long.');
			read(chunk);
		} catch {
			socket.destroy();
		}
	});
}

/** A peer that does not read must not keep the daemon. */
const hangUpMs = 500;

function hangUp(socket: Socket): Promise<void> {
	return new Promise((closed) => {
		const timer = setTimeout(() => socket.destroy(), hangUpMs);
		socket.once('close', () => {
			clearTimeout(timer);
			closed();
		});
		socket.end(() => socket.destroy());
	});
}

const silent: Peer = { take() {}, hangUp() {} };

function listen(server: Server, path: string): Promise<void> {
	return new Promise((listening, failed) => {
		server.once('error', failed);
		// Bound within this call, so that the narrow umask is nobody else's.
		const umask = process.umask(0o177);
		server.listen(path, () => {
			server.off('error', failed);
			listening();
		});
		process.umask(umask);
	});
}
