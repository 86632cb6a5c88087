import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export const legacyEra = '2025-11-25';
export const modernEra = '2026-07-28';
export const eras = [legacyEra, modernEra] as const;

export const mainFile = fileURLToPath(new URL('./main.ts', import.meta.url));
export const nodeArgs = ['--conditions=@switchboard/source'] as const;

/** A folder of the test's own, with the file that counts effects. */
export function scratch() {
	const folder = mkdtempSync(join(tmpdir(), 'switchboard-kit-'));
	const ledgerFile = join(folder, 'ledger');
	return {
		folder,
		ledgerFile,
		ledger: (): string[] => (existsSync(ledgerFile) ? readFileSync(ledgerFile, 'utf8').trim().split('\n') : []),
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
export type Scratch = ReturnType<typeof scratch>;

export function environmentFor(
	{ folder, ledgerFile }: Scratch,
	more: Record<string, string> = {},
): Record<string, string> {
	return {
		PATH: process.env.PATH ?? '',
		HOME: folder,
		SWITCHBOARD_STATE: join(folder, 'state'),
		SWITCHBOARD_FIXTURE_LEDGER: ledgerFile,
		...more,
	};
}

export interface HostOptions {
	readonly era: (typeof eras)[number];
	readonly args?: readonly string[];
	readonly env?: Record<string, string>;
	/** Answers the Agent's questions; without it the host has no elicitation. */
	readonly elicit?: (message: string) => 'accept' | 'decline' | 'cancel';
	readonly capabilities?: object;
}

/** A host of either era that starts the fixture as a child, as Claude Desktop does. */
export type Host = Awaited<ReturnType<typeof startHost>>;

export async function startHost(at: Scratch, { era, args = [], env = {}, elicit, capabilities }: HostOptions) {
	const stderr: string[] = [];
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [...nodeArgs, mainFile, ...args],
		env: environmentFor(at, env),
		stderr: 'pipe',
	});
	transport.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
	const client = new Client(
		{ name: 'test-host', version: '1.0.0' },
		{
			capabilities: capabilities ?? (elicit === undefined ? {} : { elicitation: { form: {} } }),
			...(era === modernEra && { versionNegotiation: { mode: { pin: era } } }),
		},
	);
	if (elicit !== undefined) {
		client.setRequestHandler('elicitation/create', async ({ params }) => {
			return { action: elicit(params.message) };
		});
	}
	await client.connect(transport);
	return {
		client,
		pid: transport.pid as number,
		stderr: () => stderr.join(''),
		close: () => client.close(),
	};
}

/** Runs the fixture as a command to its end. */
export async function run(at: Scratch, args: readonly string[], env: Record<string, string> = {}) {
	const child = spawn(process.execPath, [...nodeArgs, mainFile, ...args], {
		env: environmentFor(at, env),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [stdout, stderr, [code]] = await Promise.all([
		collected(child, 'stdout'),
		collected(child, 'stderr'),
		once(child, 'close'),
	]);
	return { code: code as number | null, stdout, stderr };
}

async function collected(child: ChildProcess, stream: 'stdout' | 'stderr'): Promise<string> {
	let text = '';
	for await (const chunk of child[stream] ?? []) text += chunk;
	return text;
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// A process that has ended but was not waited for is no longer running.
		return !existsSync(`/proc/${pid}/stat`) || readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
	} catch {
		return false;
	}
}

export async function until(condition: () => boolean, ms = 5_000): Promise<void> {
	const end = Date.now() + ms;
	while (!condition()) {
		if (Date.now() > end) throw new Error(`not so within ${ms} ms: ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
