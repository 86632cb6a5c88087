import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { z } from 'zod';
import type { Agent } from './agent.ts';
import { type CommandLine, helpOf, readCommandLine } from './command-line.ts';
import { loadConfig } from './config.ts';
import { asFault } from './fault.ts';
import { createLog } from './log.ts';
import { type RunningAgent, runAgent } from './run-agent.ts';
import { createSecrets } from './secrets.ts';
import { guardStdout } from './stdout.ts';

/** Most bytes of one message from a host: a file to write arrives in one, and the SDK's own limit is 10 MB. */
const messageLimit = 64 * 1024 * 1024;

/**
 * Runs an Agent as a program: MCP over stdio, or over Streamable HTTP with `--http PORT`.
 * Nothing is opened before the first request, since hosts start a server twice.
 */
export async function serveAgent<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
	const stdout = guardStdout();
	try {
		const line = readCommandLine(agent, argv);
		if (line.help) return void stdout.write(helpOf(agent));
		if (line.version) return void stdout.write(`${agent.version}\n`);
		const running = startAgent(agent, line);
		const { log } = running;
		// A promise that a library forgot must not end every Session.
		process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
		const isOverStdio = line.http === undefined;
		const stop = isOverStdio
			? serveOverStdio(running, stdout)
			: await (await import('./serve-http.ts')).serveOverHttp(running, line.http);
		const stopping = stopper(async () => {
			await stop();
			await running.close();
		});
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopping.bySignal);
		// The host that started us is gone.
		if (isOverStdio) {
			for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, stopping.inOrder);
			stdout.once('error', stopping.inOrder);
		}
	} catch (error) {
		const fault = asFault(error);
		process.stderr.write(
			`switchboard-${agent.name}: ${fault.message}${fault.hint === undefined ? '' : ` ${fault.hint}`}\n`,
		);
		if (fault.kind === 'internal') process.stderr.write(`${String(fault.cause)}\n`);
		process.exitCode = 2;
	}
}

function startAgent<Ports, Config extends z.ZodObject>(agent: Agent<Ports, Config>, line: CommandLine): RunningAgent {
	const { env } = process;
	const prefix = `SWITCHBOARD_${agent.name.replaceAll('-', '_').toUpperCase()}`;
	const config = loadConfig(agent.config, { file: line.config, env, prefix, flags: line.settings });
	const secrets = createSecrets();
	return runAgent(agent, config, {
		log: createLog(agent.name, env.SWITCHBOARD_LOG ?? 'info', secrets.scrub),
		allow: line.allow,
		stateFolder: resolve(env.SWITCHBOARD_STATE ?? join(stateHome(), 'switchboard', 'agents', agent.name)),
		artifactsFolder: env.SWITCHBOARD_ARTIFACTS,
		caller: env.SWITCHBOARD_CALLER === 'gateway' ? 'gateway' : 'standalone',
		secrets,
	});
}

function serveOverStdio({ server, log }: RunningAgent, stdout: ReturnType<typeof guardStdout>): () => Promise<void> {
	const transport = new StdioServerTransport(process.stdin, stdout, { maxBufferSize: messageLimit });
	const handle = serveStdio(server, { transport, onerror: (error) => log.warn({ err: error }, 'protocol error') });
	return () => handle.close();
}

/** Ends the process in order, within five seconds; a second signal does not wait. */
function stopper(stop: () => Promise<void>): { inOrder(): void; bySignal(): void } {
	let isStopping = false;

	function inOrder(): void {
		if (isStopping) return;
		isStopping = true;
		setTimeout(() => process.exit(1), 5_000).unref();
		stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	}

	return {
		inOrder,
		bySignal() {
			if (isStopping) process.exit(1);
			inOrder();
		},
	};
}

function stateHome(): string {
	return process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
}
