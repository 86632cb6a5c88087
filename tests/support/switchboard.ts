import { type ChildProcess, spawn } from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type CallToolResult, CallToolResultSchema, type ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));
const main = join(checkout, 'gateway/src/main.ts');
/** What a host's configuration starts, as `connect` writes it. */
export const programArgs = ['--conditions=@switchboard/source', main];

export interface Ran {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** What `--json` printed. */
	json<T = Record<string, unknown>>(): T;
}

export interface TestHost {
	readonly client: Client;
	/** The process the host started; undefined over HTTP. */
	readonly pid: number | undefined;
	call(name: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<CallToolResult>;
	close(): Promise<void>;
}

export interface Switchboard {
	/** The state folder, and with it the daemon, of this test alone. */
	readonly home: string;
	/** A folder that Sessions may work in. */
	readonly work: string;
	readonly env: Readonly<Record<string, string>>;
	run(args: readonly string[], options?: { cwd?: string; env?: Record<string, string>; input?: string }): Promise<Ran>;
	stdio(options?: { cwd?: string; capabilities?: ClientCapabilities; name?: string }): Promise<TestHost>;
	http(options?: { capabilities?: ClientCapabilities; token?: string }): Promise<TestHost>;
	sse(): Promise<TestHost>;
	/** Every process that lives on this state folder. */
	processes(): readonly { pid: number; command: string }[];
	close(): Promise<void>;
}

export interface SwitchboardOptions {
	/** Configurations of the Agents, by name. */
	readonly agents?: Record<string, Record<string, unknown>>;
	/** More keys of the `switchboard` part of mcp.json. */
	readonly settings?: Record<string, unknown>;
	readonly env?: Record<string, string>;
}

/** The real program on a state folder of its own, with the four Agents of this checkout. */
export function createSwitchboard({
	agents = {},
	settings = {},
	env: more = {},
}: SwitchboardOptions = {}): Switchboard {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-')));
	const home = join(folder, 'home');
	const work = join(folder, 'work');
	mkdirSync(home, { mode: 0o700 });
	mkdirSync(work);
	writeFileSync(
		join(home, 'mcp.json'),
		JSON.stringify(configuration(agents, { folders: [work], ...settings }), null, '\t'),
	);
	const env = {
		PATH: process.env.PATH ?? '',
		HOME: process.env.HOME ?? folder,
		SWITCHBOARD_HOME: home,
		SWITCHBOARD_BUILD: '1',
		...more,
	};
	const hosts: TestHost[] = [];

	async function connected(
		transport: StdioClientTransport | StreamableHTTPClientTransport | SSEClientTransport,
		capabilities: ClientCapabilities = {},
		name = 'test-host',
	): Promise<TestHost> {
		const client = new Client({ name, version: '1.0.0' }, { capabilities });
		// The SDK's own transports disagree with its interface under exactOptionalPropertyTypes.
		await client.connect(transport as Parameters<Client['connect']>[0]);
		const host: TestHost = {
			client,
			pid: transport instanceof StdioClientTransport ? (transport.pid ?? undefined) : undefined,
			call: (name, args = {}, _meta = {}) =>
				client.request({ method: 'tools/call', params: { name, arguments: args, _meta } }, CallToolResultSchema, {
					timeout: 90_000,
				}),
			close: () => client.close(),
		};
		hosts.push(host);
		return host;
	}

	async function address(): Promise<{ mcp: URL; sse: URL; headers: Record<string, string> }> {
		const status = (await run(['status', '--json'])).json<{ urls: { mcp: string; sse: string } }>();
		const token = readFileSync(join(home, 'token'), 'utf8').trim();
		return {
			mcp: new URL(status.urls.mcp),
			sse: new URL(status.urls.sse),
			headers: { authorization: `Bearer ${token}` },
		};
	}

	const run: Switchboard['run'] = (args, options = {}) =>
		finished(
			spawn(process.execPath, [...programArgs, ...args], { cwd: options.cwd ?? work, env: { ...env, ...options.env } }),
			options.input,
		);

	return {
		home,
		work,
		env,
		run,
		stdio: ({ cwd = work, capabilities, name } = {}) =>
			connected(
				new StdioClientTransport({
					command: process.execPath,
					args: [...programArgs, 'stdio'],
					env,
					cwd,
					stderr: 'ignore',
				}),
				capabilities,
				name,
			),
		async http({ capabilities, token } = {}) {
			const { mcp, headers } = await address();
			const requestInit = { headers: token === undefined ? headers : { authorization: `Bearer ${token}` } };
			return connected(new StreamableHTTPClientTransport(mcp, { requestInit }), capabilities);
		},
		async sse() {
			const { sse, headers } = await address();
			const withToken = (url: string | URL, init?: RequestInit) =>
				fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
			return connected(
				new SSEClientTransport(sse, { requestInit: { headers }, eventSourceInit: { fetch: withToken } }),
			);
		},
		processes: () => processesOn(home),
		async close() {
			await Promise.all(hosts.map((host) => host.close().catch(() => {})));
			await run(['stop']).catch(() => {});
			for (const { pid } of processesOn(home)) process.kill(pid, 'SIGKILL');
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function configuration(agents: Record<string, Record<string, unknown>>, settings: Record<string, unknown>) {
	const names = ['fs-shell', 'browser', 'messaging', 'business'];
	return {
		mcpServers: Object.fromEntries(
			names.map((name) => [
				name,
				{ command: 'node', args: ['--conditions=@switchboard/source', join(checkout, `servers/${name}/src/main.ts`)] },
			]),
		),
		switchboard: {
			agents: Object.fromEntries(names.map((name) => [name, { own: true, config: agents[name] ?? {} }])),
			...settings,
		},
	};
}

async function finished(child: ChildProcess, input?: string): Promise<Ran> {
	let stdout = '';
	let stderr = '';
	child.stdout?.on('data', (chunk) => {
		stdout += chunk;
	});
	child.stderr?.on('data', (chunk) => {
		stderr += chunk;
	});
	child.stdin?.end(input ?? '');
	const code = await new Promise<number | null>((done, failed) => {
		child.once('error', failed);
		child.once('close', done);
	});
	return {
		code,
		stdout,
		stderr,
		json<T>() {
			try {
				return JSON.parse(stdout) as T;
			} catch {
				throw new Error(`not JSON (exit ${code}): ${stdout}\n${stderr}`);
			}
		},
	};
}

/** Read from /proc: whoever carries this state folder in its environment. */
function processesOn(home: string): { pid: number; command: string }[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.flatMap((name) => {
			try {
				const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
				if (!environment.includes(`SWITCHBOARD_HOME=${home}\0`)) return [];
				readlinkSync(`/proc/${name}/exe`);
				return [
					{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() },
				];
			} catch {
				// It ended while it was looked at, or it is a zombie, which has neither environment nor program.
				return [];
			}
		});
}

/** The text a host would show. */
export function textOf(result: CallToolResult): string {
	return result.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
