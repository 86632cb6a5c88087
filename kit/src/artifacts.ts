import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { mimeTypeOf, nameOf } from './artifact-names.ts';
import { Fault } from './fault.ts';
import { clean } from './outside.ts';
import type { Secrets } from './secrets.ts';
import { Artifact, artifactDigest, artifactUri, type Source } from './wire.ts';

export interface NewArtifact {
	readonly name: string;
	readonly mimeType: string;
	readonly source: Source;
	readonly origin?: string;
}

/** The files of one Session. Whatever an Agent puts here, another Agent of the same Session may take. */
export interface SessionArtifacts {
	/** The same content put twice is one Artifact: its first name stays, and what was once from outside remains so. */
	put(content: Uint8Array | string | Readable, about: NewArtifact): Promise<Artifact>;
	/** A read-only path to the content; `not_found` for anything that is not of this Session. */
	resolve(uri: string): Promise<Artifact & { readonly path: string }>;
	/** Oldest first. */
	list(): Promise<readonly Artifact[]>;
}

export interface Artifacts {
	of(session: string): SessionArtifacts;
	/** Forgets a Session's files. */
	end(session: string): Promise<void>;
}

/** Keeps secrets out of what is put: a service may send back what it was sent. */
type Scrub = Pick<Secrets, 'scrub' | 'scrubBytes'>;
const nothingSecret: Scrub = { scrub: (text) => text, scrubBytes: (chunks) => chunks };

/** Most bytes of one Artifact. */
const sizeLimit = 512 * 1024 * 1024;

/** Content-addressed workspaces, one a Session, below `folder`; several processes may share them. */
export function createArtifacts(folder: string, limit = sizeLimit, secrets: Scrub = nothingSecret): Artifacts {
	const workspaceOf = (session: string): string =>
		join(folder, createHash('sha256').update(session).digest('hex').slice(0, 32));
	return {
		of(session) {
			const workspace = workspaceOf(session);
			return {
				put: (content, about) => put(workspace, content, about, limit, secrets),
				resolve: (uri) => resolve(workspace, uri),
				list: () => list(workspace),
			};
		},
		end: (session) => rm(workspaceOf(session), { recursive: true, force: true }),
	};
}

async function put(
	workspace: string,
	content: Uint8Array | string | Readable,
	about: NewArtifact,
	limit: number,
	secrets: Scrub,
): Promise<Artifact> {
	await mkdir(workspace, { recursive: true, mode: 0o700 });
	const temporary = join(workspace, `.${randomUUID()}`);
	try {
		const { sha256, size } = await writeHashed(temporary, secrets.scrubBytes(bytesOf(content)), limit);
		const path = join(workspace, sha256);
		// Windows refuses to rename onto a read-only file; the same content is there already.
		if ((await sizeOf(path)) !== size) await rename(temporary, path);
		return await describe(workspace, {
			uri: artifactUri(sha256),
			sha256,
			size,
			name: nameOf(secrets.scrub(about.name)),
			mimeType: mimeTypeOf(about.mimeType),
			source: about.source,
			...(about.origin !== undefined && { origin: clean(secrets.scrub(about.origin)).slice(0, 2_000) }),
		});
	} finally {
		await rm(temporary, { force: true });
	}
}

async function* bytesOf(content: Uint8Array | string | Readable): AsyncGenerator<Uint8Array> {
	const chunks: Iterable<unknown> | AsyncIterable<unknown> =
		typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
	for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
}

async function writeHashed(
	path: string,
	content: AsyncIterable<Uint8Array>,
	limit: number,
): Promise<{ sha256: string; size: number }> {
	const hash = createHash('sha256');
	let size = 0;
	async function* counted(): AsyncGenerator<Uint8Array> {
		for await (const bytes of content) {
			size += bytes.length;
			if (size > limit)
				throw new Fault('too_large', `The file is larger than ${limit} bytes, the most an artifact may have.`);
			hash.update(bytes);
			yield bytes;
		}
	}
	await writeFile(path, counted(), { flag: 'wx', mode: 0o400 });
	return { sha256: hash.digest('hex'), size };
}

/** Writes what is said about a content, unless it was said before; a later `outside` alone replaces an `own`. */
async function describe(workspace: string, artifact: Artifact): Promise<Artifact> {
	const path = join(workspace, `${artifact.sha256}.json`);
	const temporary = join(workspace, `.${randomUUID()}`);
	try {
		await writeFile(temporary, JSON.stringify(artifact), { flag: 'wx', mode: 0o600 });
		// A link never replaces, so that of two processes one is first and a taint cannot be raced away.
		const first = await link(temporary, path).then(
			() => true,
			(error: NodeJS.ErrnoException) => {
				if (error.code === 'EEXIST') return false;
				throw error;
			},
		);
		if (first) return artifact;
		const known = await described(workspace, artifact.sha256);
		if (known !== undefined && (known.source === 'outside' || artifact.source === 'own')) return known;
		const tainted: Artifact = {
			...artifact,
			...(known !== undefined && { name: known.name, mimeType: known.mimeType }),
		};
		await writeFile(temporary, JSON.stringify(tainted), { flag: 'w' });
		await rename(temporary, path);
		return tainted;
	} finally {
		await rm(temporary, { force: true });
	}
}

async function described(workspace: string, sha256: string): Promise<Artifact | undefined> {
	try {
		const artifact = Artifact.parse(JSON.parse(await readFile(join(workspace, `${sha256}.json`), 'utf8')));
		return artifact.sha256 === sha256 ? artifact : undefined;
	} catch {
		return undefined;
	}
}

async function resolve(workspace: string, uri: string): Promise<Artifact & { readonly path: string }> {
	const sha256 = artifactDigest(uri);
	if (sha256 === undefined) {
		throw new Fault('invalid_input', 'That is not an artifact URI.', {
			hint: 'One looks like switchboard://artifact/<sha256> and comes from an earlier result.',
		});
	}
	const artifact = await described(workspace, sha256);
	const path = join(workspace, sha256);
	if (artifact === undefined || (await sizeOf(path)) !== artifact.size) {
		throw new Fault('not_found', `No artifact ${sha256} in this session.`, {
			hint: 'Artifacts are named in the results that made them and end with their session.',
		});
	}
	return { ...artifact, path };
}

async function list(workspace: string): Promise<readonly Artifact[]> {
	const files = await readdir(workspace).catch(() => []);
	const found = await Promise.all(
		files
			.filter((file) => /^[0-9a-f]{64}\.json$/.test(file))
			.map(async (file) => {
				const [artifact, about] = await Promise.all([
					described(workspace, file.slice(0, 64)),
					lstat(join(workspace, file)).catch(() => undefined),
				]);
				return artifact === undefined || about === undefined ? [] : [{ artifact, at: about.mtimeMs }];
			}),
	);
	return found
		.flat()
		.sort((a, b) => a.at - b.at || a.artifact.sha256.localeCompare(b.artifact.sha256))
		.map(({ artifact }) => artifact);
}

/** Undefined for anything but a regular file, a symbolic link included. */
async function sizeOf(path: string): Promise<number | undefined> {
	const found = await lstat(path).catch(() => undefined);
	return found?.isFile() ? found.size : undefined;
}
