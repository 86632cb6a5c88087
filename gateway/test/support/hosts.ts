import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { programArgs, type TestHome } from './programs.ts';

export type Road = 'stdio' | 'http' | 'sse';

/** A host on SDK v1 over one of the three roads. */
export async function v1Host(road: Road, home: TestHome, capabilities: object = {}): Promise<Client> {
	const client = new Client({ name: 'v1-host', version: '1.0.0' }, { capabilities });
	// Its optional members admit undefined, which the interface they implement does not.
	await client.connect(v1Transport(road, home) as Transport);
	return client;
}

function v1Transport(road: Road, home: TestHome) {
	const requestInit = { headers: { authorization: `Bearer ${road === 'stdio' ? '' : home.token()}` } };
	switch (road) {
		case 'stdio':
			return new StdioClientTransport(stdioOf(home));
		case 'http':
			return new StreamableHTTPClientTransport(new URL('/mcp', home.url()), { requestInit });
		case 'sse':
			return new SSEClientTransport(new URL('/sse', home.url()), { requestInit });
	}
}

/** A host on SDK v2, which begins with 2026-07-28 where `auto` and falls back. */
export async function v2Host(road: 'stdio' | 'http', home: TestHome, mode: 'legacy' | 'auto'): Promise<ModernClient> {
	const client = new ModernClient({ name: 'v2-host', version: '1.0.0' }, { versionNegotiation: { mode } });
	const requestInit = { headers: { authorization: `Bearer ${road === 'stdio' ? '' : home.token()}` } };
	await client.connect(
		road === 'stdio' ? new ModernStdio(stdioOf(home)) : new ModernHttp(new URL('/mcp', home.url()), { requestInit }),
	);
	return client;
}

function stdioOf({ env, folder }: TestHome) {
	return {
		command: process.execPath,
		args: [...programArgs, 'stdio'],
		env: env as Record<string, string>,
		cwd: folder,
		stderr: 'pipe' as const,
	};
}
