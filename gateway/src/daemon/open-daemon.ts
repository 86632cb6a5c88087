import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@switchboard/kit/log';
import type { Gateway } from '../gateway.ts';
import { createAsks } from '../host/asks.ts';
import { type FaceParts, type HttpFace, serveHttp } from '../host/http.ts';
import { readToken } from '../host/token.ts';
import { type Build, isNewer, thisBuild } from './build.ts';
import { createEnding, type Ending } from './ending.ts';
import type { Answer, Hello } from './hello.ts';
import { serveShim } from './host-peer.ts';
import { createInFlight } from './in-flight.ts';
import { type Listener, listenOnSocket, type Peer } from './listener.ts';
import { serveOperator } from './operator.ts';
import type { Operator } from './operator-context.ts';
import type { DaemonPaths } from './paths.ts';

/** How long an end waits for what is under way, for shims to hear of it, and for the Gateway itself. */
const drainMs = 6_000;
const tellMs = 1_000;
const closeMs = 2_500;

/** Opens the Gateway to hosts and operators. The end, once begun, closes all that was opened here. */
export async function openDaemon(paths: DaemonPaths, log: Log, gateway: Gateway, port: number): Promise<Ending> {
	const build = thisBuild();
	const startedAt = new Date().toISOString();
	const parts: FaceParts = { gateway, inFlight: createInFlight(), log, asks: createAsks(), version: gateway.version };
	const http = await serveHttp(portsToTry(paths, port), readToken(paths.token), parts);
	const shims = new Set<Peer>();
	const ending = createEnding(() => endDaemon(paths, parts, listener, http));
	const base = `http://127.0.0.1:${http.port}`;

	const daemon: Operator['daemon'] = {
		status: () => ({
			version: build.version,
			pid: process.pid,
			startedAt,
			home: paths.home,
			urls: { mcp: `${base}/mcp`, sse: `${base}/sse` },
			hosts: shims.size + http.size,
			state: ending.hasBegun ? 'draining' : 'ready',
		}),
		// The answer goes out first.
		stop: () => void setImmediate(ending.begin),
		logFile: paths.log,
		tokenFile: paths.token,
	};

	const listener = await listenOnSocket(paths, {
		greet: (hello) => greet(hello, build, ending, log),
		serve(hello, socket) {
			if (hello.role === 'operator')
				return serveOperator(
					{ ...parts, daemon },
					hello,
					(message) => void socket.write(`${JSON.stringify(message)}\n`),
				);
			const shim = serveShim(hello, socket, parts);
			shims.add(shim);
			socket.once('close', () => shims.delete(shim));
			return shim;
		},
	});

	writePrivate(paths.info, JSON.stringify({ pid: process.pid, ...build, port: http.port, startedAt }, null, '\t'));
	writePrivate(paths.port, String(http.port));
	log.info({ version: build.version, port: http.port }, 'daemon ready');
	return ending;
}

/** A newer build takes this one's place; whoever comes while it ends is told to wait for the next. */
function greet(hello: Hello, build: Build, ending: Ending, log: Log): Answer {
	if (!ending.hasBegun && !isNewer(hello, build)) return { ok: true, version: build.version, pid: process.pid };
	log.info({ version: hello.version, stamp: hello.stamp }, 'ends for a newer build');
	ending.begin();
	return { drain: true };
}

/** Nothing new; what is under way finishes; then Agents stop and everybody is hung up on. */
async function endDaemon(
	paths: DaemonPaths,
	{ gateway, inFlight, log }: FaceParts,
	listener: Listener,
	http: HttpFace,
): Promise<void> {
	log.info({ inFlight: inFlight.count }, 'daemon ends');
	const told = listener.drain();
	http.refuse();
	await inFlight.settled(drainMs);
	// A shim that has not said so yet may just have sent something; one that is suspended says nothing.
	await Promise.race([told, sleep(tellMs, undefined, { ref: false })]);
	const closed = gateway.close().catch((error: unknown) => log.error({ err: error }, 'gateway did not close'));
	await Promise.race([closed, sleep(closeMs, undefined, { ref: false })]);
	await Promise.all([listener.close(), http.close()]);
	rmSync(paths.info, { force: true });
	// The lock is still held, so nobody else has put a socket there.
	const { home, socketFolder } = paths;
	if (socketFolder !== undefined && socketFolder !== home) rmSync(socketFolder, { recursive: true, force: true });
}

/** The port that the configuration names, else the one of last time, since hosts remember it; else any. */
function portsToTry({ port: file }: DaemonPaths, configured: number): readonly number[] {
	if (configured !== 0) return [configured, 0];
	try {
		const last = Number.parseInt(readFileSync(file, 'utf8'), 10);
		return last > 0 && last < 65_536 ? [last, 0] : [0];
	} catch {
		return [0];
	}
}

function writePrivate(file: string, text: string): void {
	writeFileSync(file, `${text}\n`, { mode: 0o600 });
}
