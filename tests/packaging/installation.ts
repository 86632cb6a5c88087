import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { checkout } from '../support/switchboard.ts';

const run = promisify(execFile);
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

type Command = readonly [command: string, ...args: string[]];

/** What a user has after installing our packages into an empty folder. */
export interface Installation {
	readonly folder: string;
	/** The packages as npm would publish them. */
	readonly tarballs: readonly string[];
	/** The program as npm links it. */
	bin(name: string): string;
	/** All that a host gives a server: a path without our Node, and a home. */
	readonly bare: { readonly PATH: string; readonly HOME: string };
	npm(args: readonly string[], cwd?: string): Promise<string>;
	/** What `npx` is here. */
	readonly npx: Command;
	remove(): void;
}

/** Packs every package and installs the tarballs as a user would. */
export async function installPackages(): Promise<Installation> {
	const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-packages-')));
	const [packed, folder, home] = ['packed', 'user', 'home'].map((name) => join(scratch, name)) as [
		string,
		string,
		string,
	];
	for (const made of [packed, folder, home]) mkdirSync(made);
	await npm(['pack', '--workspaces', '--pack-destination', packed, ...quiet], checkout);
	const tarballs = readdirSync(packed).map((name) => join(packed, name));
	await npm(['install', '--prefer-offline', ...quiet, ...tarballs], folder);
	return {
		folder,
		tarballs,
		bin: (name) => join(folder, 'node_modules', '.bin', name),
		bare: { PATH: '/usr/bin:/bin', HOME: home },
		npm: (args, cwd = folder) => npm(args, cwd),
		npx: programOf('npx'),
		remove: () => rmSync(scratch, { recursive: true, force: true }),
	};
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
	const [command, ...before] = programOf('npm');
	const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 300_000 };
	return (await run(command, [...before, ...args], { cwd, ...limits })).stdout;
}

/** npm names itself to the scripts it runs; elsewhere it is found on the path. */
function programOf(name: 'npm' | 'npx'): Command {
	const cli = process.env.npm_execpath;
	if (cli === undefined || !/^npm-cli\.c?js$/.test(basename(cli))) return [name];
	return [process.execPath, join(dirname(cli), `${name}-cli.js`)];
}

/** Starts a program as a host does, with nothing around it but `env`. */
export async function connectTo(
	command: string,
	args: readonly string[],
	{ cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Client> {
	const transport = new StdioClientTransport({ command, args: [...args], cwd, env: { ...env }, stderr: 'ignore' });
	const client = new Client({ name: 'packaging-test', version: '1.0.0' });
	// The SDK's own transports disagree with its interface under exactOptionalPropertyTypes.
	await client.connect(transport as Parameters<Client['connect']>[0]);
	return client;
}
