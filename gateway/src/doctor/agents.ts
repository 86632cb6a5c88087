import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectOverStdio } from '../agents/adapters/mcp-client.ts';
import type { AgentConnection, Launch } from '../agents/connection.ts';
import { launchOf } from '../agents/launch.ts';
import { builtInConfig, type GatewayConfig, readConfig, settingsOf } from '../config.ts';
import { configFile } from '../home.ts';
import { checkBrowser } from './browser.ts';
import { type Finding, finding, ok, problem } from './finding.ts';
import { lastWords } from './last-words.ts';

/** Starts each Agent as the daemon would, in a state folder of its own, and asks for its tools; ours that drives a browser also opens a page. */
export async function checkAgents(home: string): Promise<readonly Finding[]> {
	const config = configOf(home);
	if (config === undefined) return [];
	const scratch = mkdtempSync(join(tmpdir(), 'switchboard-doctor-'));
	try {
		const names = Object.keys(config.mcpServers).filter((name) => !settingsOf(config, name).disabled);
		return (await Promise.all(names.map((name) => checkAgent(name, config, scratch)))).flat();
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** A broken configuration is a finding of its own. */
function configOf(home: string): GatewayConfig | undefined {
	try {
		const file = configFile(home);
		return file === undefined ? builtInConfig(home) : readConfig(file);
	} catch {
		return undefined;
	}
}

async function checkAgent(name: string, config: GatewayConfig, scratch: string): Promise<readonly Finding[]> {
	const entry = config.mcpServers[name];
	if (entry === undefined) throw new TypeError(`No Agent ${name} is configured`);
	const launch = launchOf(name, entry, config, scratch);
	const check = `agent ${name}`;
	const begun = performance.now();
	const agent = await started(launch);
	if ('lastWords' in agent) return [problem(check, agent.lastWords, `It is started by: ${commandOf(launch)}`)];
	try {
		const listing = finding(check, `It is started by: ${commandOf(launch)}`, async () => {
			const tools = await agent.tools();
			return ok(check, `${tools.length} Skills after ${Math.round(performance.now() - begun)} ms`);
		});
		const drivesBrowser = name === 'browser' && settingsOf(config, name).own;
		const more = drivesBrowser
			? [await finding('browser', 'See the log of the Agent.', () => checkBrowser(agent))]
			: [];
		return [await listing, ...more];
	} finally {
		await agent.close();
	}
}

/** The Agent, or what it said before it ended. */
async function started(launch: Launch): Promise<AgentConnection | { readonly lastWords: string }> {
	try {
		return await connectOverStdio(launch);
	} catch (error) {
		return { lastWords: lastWords(launch.stderrFile) ?? (error as Error).message };
	}
}

function commandOf({ command, args }: Launch): string {
	return [command, ...args].join(' ');
}
