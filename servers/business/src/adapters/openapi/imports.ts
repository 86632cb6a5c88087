import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault, type SafeFetch } from '@switchboard/kit';
import { literalAddress, nonPublicRange } from '@switchboard/kit/addresses';
import type { Apis, ImportReport, NewApi } from '../../api/apis.ts';
import type { Receipt } from '../../change.ts';
import type { BusinessConfig } from '../../config.ts';
import { changeRef, newId } from '../../refs.ts';
import { type Api, aboutOf, fetchDocument, openApi, webAddress } from './load.ts';
import type { Source, Sources, Stored } from './sources.ts';

const maxSkipped = 20;

export interface ImportsOptions {
	readonly sources: Sources;
	readonly config: BusinessConfig;
	readonly fetch: SafeFetch;
	readonly known: (id: string) => Promise<boolean>;
	readonly forget: (id: string) => void;
}

/** Imports documents into the Agent's folder and takes them out again. */
export function createImports({
	sources,
	config,
	fetch,
	known,
	forget,
}: ImportsOptions): Pick<Apis, 'add' | 'planRemoval' | 'remove'> {
	async function stored(id: string, change: string): Promise<Stored | undefined> {
		return (await sources.stored()).find((entry) => entry.id === id && entry.change === change);
	}

	return {
		async add(wanted, call) {
			const { name: id, document, server, allow, deny } = wanted;
			const isFile = document.startsWith('switchboard:');
			const allowed = [...config.allowOrigins, ...call.origins];
			const bytes = isFile
				? await readFile((await call.artifacts.resolve(document)).path)
				: await fetchDocument(document, fetch, call.signal, allowed);
			const source: Source = {
				id,
				document: undefined,
				server,
				auth: {},
				allowOrigins: config.allowOrigins,
				allow,
				deny,
				change: undefined,
			};
			const api = await openApi(source, bytes, webAddress(document), fetch, call.signal, allowed);
			checkServer(api.server, allowed);
			checkAliases(wanted, api, config);
			const whole = Buffer.from(JSON.stringify(api.document));
			const digest = createHash('sha256').update(whole).digest('hex');
			const entry: Stored = {
				id,
				digest,
				server: api.server,
				auth: wanted.auth,
				allow: [...allow],
				deny: [...deny],
				change: newId(),
				importedAt: new Date().toISOString(),
			};
			const before = (await sources.stored()).find((other) => other.id === id);
			if (before !== undefined && isSame(before, entry)) return reportOf(api, before, 'exists');
			if (before !== undefined || id === 'crm' || (await known(id))) {
				throw new Fault('conflict', `There is a connection ${id} already.`, {
					hint: 'Choose another name, or undo that import first.',
				});
			}
			await sources.store(entry, whole);
			forget(id);
			return reportOf(api, entry, 'imported');
		},
		async planRemoval(connection, change) {
			const entry = await stored(connection, change);
			return entry && `Remove the imported API ${entry.id} at ${new URL(entry.server).origin}`;
		},
		async remove(connection, change): Promise<Receipt> {
			const entry = await stored(connection, change);
			if (entry === undefined) throw new Fault('not_found', 'There is no such import.');
			await sources.remove(entry.id);
			forget(entry.id);
			const changeId = changeRef(connection, change);
			const outcome = { op: 0, status: 'applied', change: 'delete', ref: changeId, title: `API ${entry.id}` } as const;
			return { changeId, status: 'applied', at: new Date().toISOString(), reversible: false, outcomes: [outcome] };
		},
	};
}

/** An address on this machine or network is refused here, before the first call is refused by the fetch. */
function checkServer(server: string, allowed: readonly string[]): void {
	const { origin, hostname } = new URL(server);
	if (allowed.includes(origin)) return;
	const literal = literalAddress(hostname);
	const isLocal =
		hostname === 'localhost' ||
		hostname.endsWith('.localhost') ||
		(literal !== undefined && nonPublicRange(literal) !== undefined);
	if (isLocal) {
		throw new Fault('denied', `${origin} is not on the public internet.`, {
			hint: 'Its owner may name this exact origin in the setting allowOrigins.',
		});
	}
}

/** A secret goes only where the owner said it may; a document cannot direct it elsewhere. */
function checkAliases({ auth }: NewApi, { schemes, server }: Api, { credentials }: BusinessConfig): void {
	const origin = new URL(server).origin;
	for (const [scheme, alias] of Object.entries(auth)) {
		if (!schemes.some(({ name }) => name === scheme)) {
			throw new Fault('invalid_input', 'auth names a scheme that the document does not have or that is not supported.');
		}
		const credential = Object.hasOwn(credentials, alias) ? credentials[alias] : undefined;
		if (credential === undefined) {
			throw new Fault('not_found', 'auth names a credential that is not configured.', {
				hint: `Configured: ${Object.keys(credentials).join(', ') || 'none'}.`,
			});
		}
		if (!credential.origins.includes(origin)) {
			throw new Fault('denied', `This credential is not meant for ${origin}.`, {
				hint: 'Its owner lists the origins it may be sent to.',
			});
		}
	}
}

function isSame(a: Stored, b: Stored): boolean {
	const essence = ({ digest, server, auth, allow, deny }: Stored) =>
		JSON.stringify([digest, server, Object.entries(auth).sort(), allow, deny]);
	return essence(a) === essence(b);
}

function reportOf(api: Api, { id, auth, change }: Stored, status: ImportReport['status']): ImportReport {
	return {
		...aboutOf(api),
		id,
		server: api.server,
		skipped: api.skipped.slice(0, maxSkipped),
		skippedCount: api.skipped.length,
		auth: api.schemes.map(({ name, type, place }) => ({
			scheme: name,
			type: `${type} in ${place}`,
			ready: Object.hasOwn(auth, name),
		})),
		changeId: changeRef(id, change),
		status,
	};
}
