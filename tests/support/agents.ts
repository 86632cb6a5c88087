import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Agent } from '@switchboard/kit';

const servers = fileURLToPath(new URL('../../servers', import.meta.url));

/** Every Agent of the federation, as its package defines it, by name. */
export async function allAgents(): Promise<readonly Agent<never>[]> {
	const files = readdirSync(servers)
		.sort()
		.map((folder) => join(servers, folder, 'src', 'agent.ts'))
		.filter((file) => existsSync(file));
	const modules = await Promise.all(
		files.map((file) => import(pathToFileURL(file).href) as Promise<Record<string, unknown>>),
	);
	return modules.flatMap((module) => Object.values(module).filter(isAgent));
}

function isAgent(value: unknown): value is Agent<never> {
	return typeof value === 'object' && value !== null && 'skills' in value && 'ports' in value;
}
