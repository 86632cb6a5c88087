import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where one daemon keeps what others need to find it. */
export interface DaemonPaths {
	readonly home: string;
	/** A Unix socket, or a named pipe on Windows. */
	readonly socket: string;
	/** The folder the socket lies in; undefined for a named pipe. */
	readonly socketFolder: string | undefined;
	/** Held open by the one daemon that runs; the operating system frees it with the process. */
	readonly lock: string;
	/** What runs: pid, version, port; gone when nothing does. */
	readonly info: string;
	/** The port of last time, which hosts were given. */
	readonly port: string;
	readonly log: string;
	/** The bearer token for HTTP. */
	readonly token: string;
}

/** Systems cut the path of a Unix socket at 104 or 108 bytes. */
const longestSocketPath = 100;

export function daemonPaths(home: string): DaemonPaths {
	const folder = socketFolder(home);
	return {
		home,
		socket: folder === undefined ? `\\\\.\\pipe\\switchboard-${nameOf(home)}` : join(folder, 'daemon.sock'),
		socketFolder: folder,
		lock: join(home, 'daemon.lock'),
		info: join(home, 'daemon.json'),
		port: join(home, 'port'),
		log: join(home, 'daemon.log'),
		token: join(home, 'token'),
	};
}

function socketFolder(home: string): string | undefined {
	if (process.platform === 'win32') return undefined;
	if (Buffer.byteLength(join(home, 'daemon.sock')) <= longestSocketPath) return home;
	// One level, so that one look says whose it is.
	return join(tmpdir(), `switchboard-${userInfo().uid}-${nameOf(home)}`);
}

function nameOf(home: string): string {
	return createHash('sha256').update(home).digest('hex').slice(0, 16);
}

/** Whether what lies at the socket can only have been put there by this user: in a folder that all may write to, anyone comes first. */
export function isPrivate({ home, socketFolder: folder }: DaemonPaths): boolean {
	if (folder === undefined || folder === home) return true;
	const found = lstatSync(folder, { throwIfNoEntry: false });
	return found === undefined || (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0);
}
