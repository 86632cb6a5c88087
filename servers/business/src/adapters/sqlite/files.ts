import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '@switchboard/kit';

/** Largest file that is kept beside a record. */
const maxBytes = 100 * 1024 * 1024;

/** The content of attachments, one file per SHA-256. It stays as long as the store, since history may bring it back. */
export interface Files {
	keep(path: string, sha256: string, signal: AbortSignal): Promise<void>;
	/** Where a content lies, once it was read and found whole. */
	find(sha256: string): Promise<string>;
}

export function createFiles(folder: string): Files {
	const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256);
	return {
		async keep(path, sha256, signal) {
			const target = pathOf(sha256);
			if (await exists(target)) return;
			const part = join(folder, `${randomUUID()}.part`);
			await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true, mode: 0o700 });
			try {
				await copyChecked(path, part, sha256, signal);
				await rename(part, target);
			} catch (error) {
				await rm(part, { force: true });
				throw error;
			}
		},
		async find(sha256) {
			const path = pathOf(sha256);
			if (!(await exists(path))) throw new Fault('not_found', 'The attachment’s content is not in the store.');
			if ((await digestOfFile(path)) !== sha256)
				throw new Fault('unavailable', 'The attachment’s content is damaged on the disk.');
			return path;
		},
	};
}

/** The row that names a file is only written once the file is whole and synced. */
async function copyChecked(from: string, to: string, sha256: string, signal: AbortSignal): Promise<void> {
	const hash = createHash('sha256');
	let bytes = 0;
	const counted = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			bytes += chunk.length;
			hash.update(chunk);
			done(bytes > maxBytes ? new Fault('too_large', `An attachment has at most ${maxBytes} bytes.`) : null, chunk);
		},
	});
	await pipeline(createReadStream(from), counted, createWriteStream(to, { flags: 'wx', mode: 0o600 }), { signal });
	if (hash.digest('hex') !== sha256) throw new Fault('conflict', 'The artifact’s content is not what its name says.');
	const handle = await open(to, 'r+');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

async function digestOfFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
