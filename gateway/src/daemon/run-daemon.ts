import { chmodSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@switchboard/kit/log';
import type { Gateway } from '../gateway.ts';
import { isAnswering } from './connect.ts';
import { type Lock, tryLock } from './lock.ts';
import { openDaemon } from './open-daemon.ts';
import type { DaemonPaths } from './paths.ts';

export interface DaemonOptions {
	readonly paths: DaemonPaths;
	readonly log: Log;
	/** Loads the configuration and builds the Gateway, once the lock is held. */
	readonly open: (log: Log) => Promise<OpenedGateway>;
}

export interface OpenedGateway {
	readonly gateway: Gateway;
	/** The port for HTTP that the configuration names; 0 leaves it to the machine. */
	readonly port: number;
}

/** A predecessor may still be draining. */
const lockPatienceMs = 15_000;

/** Runs the one daemon of this home until it is told to end. Answers `false` at once where another one runs. */
export async function runDaemon({ paths, log, open }: DaemonOptions): Promise<boolean> {
	mkdirSync(paths.home, { recursive: true, mode: 0o700 });
	chmodSync(paths.home, 0o700);
	const lock = await takeLock(paths);
	if (lock === undefined) return false;
	try {
		const { gateway, port } = await open(log);
		const ending = await openDaemon(paths, log, gateway, port);
		onSignals(ending.begin, log);
		await ending.over;
		log.info('daemon ended');
		return true;
	} finally {
		lock.release();
	}
}

/** The lock; undefined where a living daemon holds it. One that holds it and does not answer is starting or draining. */
async function takeLock({ lock: file, socket }: DaemonPaths): Promise<Lock | undefined> {
	const deadline = Date.now() + lockPatienceMs;
	while (Date.now() < deadline) {
		const lock = tryLock(file);
		if (lock !== undefined) return lock;
		if (await isAnswering(socket)) return undefined;
		await sleep(100);
	}
	throw new Error('Another daemon holds the lock and does not answer.');
}

function onSignals(end: () => void, log: Log): void {
	let isEnding = false;
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.on(signal, () => {
			// A second signal does not wait.
			if (isEnding) process.exit(1);
			isEnding = true;
			end();
		});
	}
	// The terminal it was started from has closed; it is meant to outlive that.
	process.on('SIGHUP', () => {});
	process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise failed unheard'));
	process.on('uncaughtException', (error) => {
		log.fatal({ err: error, reason: error.message }, 'daemon fails');
		process.exit(1);
	});
}
