import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { BusinessConfig } from '../../config.ts';

/** One API as it is known before its document is read. */
export interface Source {
	readonly id: string;
	/** Path or URL of the document, for an API of the configuration. */
	readonly document: string | undefined;
	readonly server: string | undefined;
	/** Scheme to secret reference. */
	readonly auth: Readonly<Record<string, string>>;
	readonly allowOrigins: readonly string[];
	readonly allow: readonly string[];
	readonly deny: readonly string[];
	/** Names the import that stored it. */
	readonly change: string | undefined;
}

/** What an import leaves in the Agent's folder: scheme to alias, never a secret or its reference. */
const Stored = z.strictObject({
	id: z.string(),
	digest: z.string(),
	server: z.string(),
	auth: z.record(z.string(), z.string()),
	allow: z.array(z.string()),
	deny: z.array(z.string()),
	change: z.string(),
	importedAt: z.string(),
});
export type Stored = z.infer<typeof Stored>;

export interface Sources {
	configured(): readonly Source[];
	stored(): Promise<readonly Stored[]>;
	/** A stored API with its credentials; an alias that left the configuration, or never covered the server, is left out. */
	withCredentials(stored: Stored): Source;
	document(id: string): Promise<Buffer>;
	store(about: Stored, document: Buffer): Promise<void>;
	remove(id: string): Promise<void>;
}

export function createSources(folder: string, config: BusinessConfig): Sources {
	const about = (id: string) => join(folder, `${id}.json`);
	const content = (id: string) => join(folder, `${id}.openapi`);
	return {
		configured: () =>
			config.connections.map(({ id, document, server, auth, allowOrigins, allow, deny }) => ({
				id,
				document: /^https?:\/\//i.test(document) ? document : resolve(document),
				server,
				auth,
				allowOrigins: [...config.allowOrigins, ...allowOrigins],
				allow,
				deny,
				change: undefined,
			})),
		async stored() {
			const names = await readdir(folder).catch(() => []);
			const ids = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : [])).sort();
			const entries = await Promise.all(
				ids.map((id) => readFile(about(id), 'utf8').then(parseStored, () => undefined)),
			);
			return entries.filter((entry) => entry !== undefined);
		},
		withCredentials({ id, server, auth, allow, deny, change }) {
			const origin = new URL(server).origin;
			const usable = Object.entries(auth).flatMap(([scheme, alias]) => {
				const credential = Object.hasOwn(config.credentials, alias) ? config.credentials[alias] : undefined;
				return credential?.origins.includes(origin) ? [[scheme, credential.secret] as const] : [];
			});
			return {
				id,
				document: undefined,
				server,
				auth: Object.fromEntries(usable),
				allowOrigins: config.allowOrigins,
				allow,
				deny,
				change,
			};
		},
		document: (id) => readFile(content(id)),
		async store(entry, document) {
			await mkdir(folder, { recursive: true, mode: 0o700 });
			// The description last: an import that was interrupted does not exist.
			await writeWhole(content(entry.id), document);
			await writeWhole(about(entry.id), Buffer.from(JSON.stringify(entry)));
		},
		async remove(id) {
			await rm(about(id), { force: true });
			await rm(content(id), { force: true });
		},
	};
}

/** Files are written whole; what is none of ours in that folder is no API. */
function parseStored(text: string): Stored | undefined {
	try {
		return Stored.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
	const part = `${path}.${randomUUID()}.part`;
	const handle = await open(part, 'wx', 0o600);
	try {
		await handle.writeFile(bytes);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(part, path);
}
