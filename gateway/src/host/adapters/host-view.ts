import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ElicitResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '@switchboard/kit/log';
import { z } from 'zod';
import type { Host } from '../../gateway.ts';
import { foldersOf } from '../roots.ts';

/** The host at the other end of a Server, as far as it has said what it can do. */
export interface HostView {
	/** As it named itself, in harmless characters. */
	name(): string;
	/** As one of its requests can reach it: what is asked for a request travels with it. */
	of(requestId: string | number): Host;
	forgetRoots(): void;
}

/** How long a host may take for what the Gateway itself would like to know. */
const rootsTimeoutMs = 5_000;
/** The longest a timer can be set to: the caller's signal says when to stop. */
const noTimeout = 2 ** 31 - 1;
/** Hosts give up after a minute; what takes longer becomes a job before that. */
const patience = 45_000;

/** Looser than the SDK's, which lets one odd root spoil all. */
const RootsResult = z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) });

export function createHostView(server: Server, log: Log): HostView {
	let roots: Promise<readonly string[]> | undefined;

	function name(): string {
		return (server.getClientVersion()?.name ?? 'unknown').replaceAll(/[^\w .@/-]/g, '').slice(0, 64) || 'unknown';
	}

	async function elicit(message: string, signal: AbortSignal, relatedRequestId: string | number) {
		const params = { message, requestedSchema: { type: 'object' as const, properties: {} } };
		const options = { signal, timeout: noTimeout, relatedRequestId };
		return (await server.request({ method: 'elicitation/create', params }, ElicitResultSchema, options)).action;
	}

	async function askForRoots(relatedRequestId: string | number): Promise<readonly string[]> {
		try {
			const options = { timeout: rootsTimeoutMs, relatedRequestId };
			return foldersOf((await server.request({ method: 'roots/list' }, RootsResult, options)).roots);
		} catch (error) {
			log.warn({ host: name(), err: error }, 'host did not say its roots');
			return [];
		}
	}

	return {
		name,
		of(requestId) {
			const { elicitation, roots: hasRoots } = server.getClientCapabilities() ?? {};
			const canElicit = elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
			return {
				name: name(),
				patience,
				...(canElicit && { elicit: (message, signal) => elicit(message, signal, requestId) }),
				...(hasRoots !== undefined && {
					roots() {
						roots ??= askForRoots(requestId);
						return roots;
					},
				}),
			};
		},
		forgetRoots() {
			roots = undefined;
		},
	};
}
