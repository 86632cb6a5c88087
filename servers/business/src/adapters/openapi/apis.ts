import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Call, Fault, type SafeFetch, type Secrets } from '@switchboard/kit';
import type { ApiAbout, Apis, NewApi } from '../../api/apis.ts';
import { argumentsSchema } from '../../api/arguments.ts';
import { chooseUses } from '../../api/auth.ts';
import type { FilePart, OpenFile } from '../../api/body.ts';
import { objectOf } from '../../api/json.ts';
import { readOperation } from '../../api/operation.ts';
import { effectOfMethod, type OperationEntry } from '../../api/operations.ts';
import { planRequest, serverUrl } from '../../api/request.ts';
import { shortened } from '../../api/shortened.ts';
import type { BusinessConfig } from '../../config.ts';
import { createImports } from './imports.ts';
import { type Api, aboutOf, fetchSource, openApi, type UsedOperation, webAddress } from './load.ts';
import { send } from './send.ts';
import { createSources, type Source } from './sources.ts';
import type { CheckArguments } from './validator.ts';

/** Documents kept in memory; the one used longest ago makes room. */
const maxOpen = 6;
const maxUsed = 100;
const openMs = 60_000;
const maxFileBytes = 25 * 1024 * 1024;

export interface ApisOptions {
	readonly folder: string;
	readonly config: BusinessConfig;
	readonly fetch: SafeFetch;
	readonly secrets: Secrets;
}

/** The APIs of the configuration and those imported; a document is read when it is first needed. */
export function createApis({ folder, config, fetch, secrets }: ApisOptions): Apis {
	const sources = createSources(join(folder, 'apis'), config);
	const open = new Map<string, Promise<Api>>();
	const imports = createImports({
		sources,
		config,
		fetch,
		known: (id) => findSource(id).then((source) => source !== undefined),
		forget: (id) => open.delete(id),
	});

	async function findSource(id: string): Promise<Source | undefined> {
		const configured = sources.configured().find((source) => source.id === id);
		if (configured !== undefined) return configured;
		const stored = (await sources.stored()).find((entry) => entry.id === id);
		return stored && sources.withCredentials(stored);
	}

	async function api(id: string, allowed: readonly string[] = []): Promise<Api> {
		const source = await findSource(id);
		if (source === undefined)
			throw new Fault('not_found', 'No API has this id.', { hint: 'biz_connections lists them; api_import adds one.' });
		const known = open.get(id);
		// Shared by whoever asks meanwhile, so no single caller's cancellation ends it.
		const signal = AbortSignal.timeout(openMs);
		// Used last, so it is dropped last.
		open.delete(id);
		const opening =
			known ??
			fetchSource(source, sources, fetch, signal, allowed).then((bytes) =>
				openApi(source, bytes, webAddress(source.document), fetch, signal, allowed),
			);
		open.set(id, opening);
		opening.catch(() => open.delete(id));
		for (const oldest of [...open.keys()].slice(0, -maxOpen)) open.delete(oldest);
		return opening;
	}

	async function about(id: string): Promise<ApiAbout> {
		const unread: ApiAbout = { id, title: 'its document cannot be read', version: '', operations: 0, origin: '' };
		return api(id).then(aboutOf, () => unread);
	}

	return {
		async list() {
			const ids = [...sources.configured(), ...(await sources.stored())].map(({ id }) => id);
			return Promise.all(ids.map(about));
		},
		add: (wanted: NewApi, call) => imports.add(wanted, call),
		planRemoval: (connection, change) => imports.planRemoval(connection, change),
		remove: (connection, change) => imports.remove(connection, change),
		async search(connection, query, limit) {
			const at = await api(connection);
			return (await at.rank())(query, limit).map(hitOf);
		},
		async describe(connection, op, contentType) {
			const { operation, args } = use(await api(connection), op, contentType);
			const { description, body, security } = operation;
			return {
				...hitOf(operation),
				description,
				contentType: body?.mediaType,
				otherContentTypes: body?.others ?? [],
				security,
				args: shortened(args),
			};
		},
		async plan(request, call) {
			const at = await api(request.connection, call.origins);
			const used = use(at, request.op, request.contentType);
			const { operation } = used;
			(await checkOf(used))(request.args);
			const uses = chooseUses(operation.security, at.schemes, (scheme) => Object.hasOwn(at.source.auth, scheme));
			const server = operation.server === undefined ? at.server : ownServer(operation.server, at);
			return planRequest({ operation, args: request.args, server, uses, open: openFile(call) });
		},
		async send(request, planned, fields, call) {
			const at = await api(request.connection, call.origins);
			const { args } = request;
			const argumentNames = [args, ...Object.values(args)].flatMap((value) => Object.keys(objectOf(value)));
			const secretOf = (scheme: string) => at.source.auth[scheme] ?? '';
			return send(
				{ planned, secretOf, allowed: [...at.source.allowOrigins, ...call.origins], fields, argumentNames, call },
				fetch,
				secrets,
			);
		},
	};
}

/** An operation as it was read before; the one used longest ago makes room. */
function use({ document, find, used }: Api, op: string, contentType: string | undefined): UsedOperation {
	const entry = find(op);
	const key = `${entry.method} ${entry.path} ${contentType ?? ''}`;
	const known = used.get(key);
	used.delete(key);
	const operation = known?.operation ?? readOperation(document, entry, contentType);
	const fresh = known ?? { operation, args: argumentsSchema(operation) };
	used.set(key, fresh);
	for (const oldest of [...used.keys()].slice(0, -maxUsed)) used.delete(oldest);
	return fresh;
}

async function checkOf(used: UsedOperation): Promise<CheckArguments> {
	const { createCheck } = await import('./validator.ts');
	used.check ??= createCheck(used.args);
	return used.check;
}

/** An operation may name a server of its own, but not one at another origin: secrets were given for this one. */
function ownServer(named: string, { server }: Api): string {
	const url = serverUrl([{ url: named }], `${server}/`);
	if (url !== undefined && new URL(url).origin === new URL(server).origin) return url;
	throw new Fault('denied', 'This operation is served at another origin than its connection.', {
		hint: 'Import it as a connection of its own, with that server.',
	});
}

function openFile({ artifacts }: Call): OpenFile {
	let total = 0;
	return async (uri): Promise<FilePart> => {
		const { path, name, mimeType, sha256, size } = await artifacts.resolve(uri);
		total += size;
		if (total > maxFileBytes)
			throw new Fault('too_large', `The files of one request have at most ${maxFileBytes} bytes.`);
		return { uri, name, mimeType, sha256, bytes: await readFile(path) };
	};
}

function hitOf({ id, method, path, summary }: OperationEntry) {
	return { op: id, method: method.toUpperCase(), path, summary: summary.slice(0, 300), effect: effectOfMethod(method) };
}
