import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { checkout } from '../support/switchboard.ts';

export type Form = 'source' | 'bundle';
export const forms: readonly Form[] = ['source', 'bundle'];

/** The arguments that make Node run this package's program. */
export function programOf(folder: string, form: Form): readonly string[] {
	if (form === 'source') return ['--conditions=@switchboard/source', join(checkout, folder, 'src/main.ts')];
	const main = join(checkout, folder, 'dist/main.js');
	if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
	return [main];
}

/** Starts a program as a host does, and answers when it has listed its tools. */
export async function open(
	program: readonly string[],
	args: readonly string[],
	env: Record<string, string>,
): Promise<Client> {
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [...program, ...args],
		env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', SWITCHBOARD_LOG: 'silent', ...env },
		stderr: 'ignore',
	});
	const client = new Client({ name: 'bench', version: '1.0.0' });
	// The SDK's own transports disagree with its interface under exactOptionalPropertyTypes.
	await client.connect(transport as Parameters<Client['connect']>[0]);
	await client.listTools();
	return client;
}

/** Calls a tool and does not let a failure pass for a fast answer. */
export async function call(client: Client, name: string): Promise<void> {
	const result = await client.request({ method: 'tools/call', params: { name, arguments: {} } }, CallToolResultSchema);
	if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
}
