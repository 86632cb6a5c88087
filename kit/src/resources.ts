import { readFile } from 'node:fs/promises';
import {
	ProtocolError,
	ProtocolErrorCode,
	ResourceNotFoundError,
	type Server,
	type ServerContext,
} from '@modelcontextprotocol/server';
import type { SessionArtifacts } from './artifacts.ts';

/** Most bytes of an Artifact that are read over the protocol; a larger one is taken by its path. */
const readLimit = 16 * 1024 * 1024;

/** Artifacts of the caller's Session as MCP resources. */
export function serveResources(server: Server, artifactsOf: (context: ServerContext) => SessionArtifacts): void {
	server.setRequestHandler('resources/list', async (_request, context) => {
		const list = await artifactsOf(context).list();
		return { resources: list.map(({ uri, name, mimeType, size }) => ({ uri, name, mimeType, size })) };
	});

	server.setRequestHandler('resources/read', async ({ params: { uri } }, context) => {
		const { path, mimeType, size } = await artifactsOf(context)
			.resolve(uri)
			.catch(() => {
				throw new ResourceNotFoundError(uri);
			});
		if (size > readLimit) {
			throw new ProtocolError(
				ProtocolErrorCode.InvalidParams,
				`The artifact has ${size} bytes; at most ${readLimit} are read this way.`,
			);
		}
		const bytes = await readFile(path);
		const isText = mimeType.startsWith('text/') || mimeType === 'application/json';
		return {
			contents: [
				{ uri, mimeType, ...(isText ? { text: bytes.toString('utf8') } : { blob: bytes.toString('base64') }) },
			],
		};
	});
}
