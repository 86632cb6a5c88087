import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { Fault } from '@switchboard/kit/fault';
import type { Entry } from './edit.ts';
import type { LaunchCommand } from './launch.ts';

/** The machine a host's configuration is looked for on. */
export interface Machine {
	readonly platform: NodeJS.Platform;
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** One MCP client application and how it is told of servers. */
export interface HostKind {
	readonly name: string;
	readonly title: string;
	/** The key its servers stand under. */
	readonly section: 'mcpServers' | 'servers';
	/** Its entries name the transport. */
	readonly isTyped: boolean;
	/** It starts servers in a folder that means nothing, so one must be named. */
	readonly hasNoFolder: boolean;
	/** The user's configuration, in force everywhere. */
	file(machine: Machine): string;
	/** The configuration of one project, relative to its folder. */
	readonly projectFile?: string;
	/** What the user does next. */
	readonly next: string;
}

/** The name our entry has in every host. */
export const entryName = 'switchboard';

const claudeDesktop: HostKind = {
	name: 'claude-desktop',
	title: 'Claude Desktop',
	section: 'mcpServers',
	isTyped: false,
	hasNoFolder: true,
	file: (machine) => inApplicationData(machine, 'Claude', 'claude_desktop_config.json'),
	next: 'Quit Claude Desktop and start it again.',
};

const claudeCode: HostKind = {
	name: 'claude-code',
	title: 'Claude Code',
	section: 'mcpServers',
	isTyped: true,
	hasNoFolder: false,
	file: (machine) => join(machine, machine.env.CLAUDE_CONFIG_DIR ?? homeOf(machine), '.claude.json'),
	projectFile: '.mcp.json',
	next: 'Start a new session; /mcp shows the server.',
};

const cursor: HostKind = {
	name: 'cursor',
	title: 'Cursor',
	section: 'mcpServers',
	isTyped: false,
	hasNoFolder: false,
	file: (machine) => join(machine, homeOf(machine), '.cursor', 'mcp.json'),
	projectFile: '.cursor/mcp.json',
	next: 'Switch the server on in the settings, under MCP.',
};

const vscode: HostKind = {
	name: 'vscode',
	title: 'VS Code',
	section: 'servers',
	isTyped: true,
	hasNoFolder: false,
	file: (machine) => inApplicationData(machine, 'Code', 'User', 'mcp.json'),
	projectFile: '.vscode/mcp.json',
	next: 'Run "MCP: List Servers" and start it.',
};

export const hosts: readonly HostKind[] = [claudeDesktop, claudeCode, cursor, vscode];

export function hostNamed(name: string | undefined): HostKind {
	const found = hosts.find((host) => host.name === name);
	if (found !== undefined) return found;
	const names = hosts.map((host) => host.name).join(', ');
	throw new Fault(
		'invalid_input',
		name === undefined ? 'No host is named.' : `There is no host ${JSON.stringify(name)}.`,
		{
			hint: `It is one of ${names}.`,
		},
	);
}

/** Our entry in this host's own shape. */
export function entryFor({ isTyped }: HostKind, { command, args, env }: LaunchCommand): Entry {
	return {
		...(isTyped && { type: 'stdio' }),
		command,
		args: [...args],
		...(Object.keys(env).length > 0 && { env: { ...env } }),
	};
}

function inApplicationData(machine: Machine, ...path: readonly string[]): string {
	const { platform, env } = machine;
	const home = homeOf(machine);
	if (platform === 'darwin') return join(machine, home, 'Library', 'Application Support', ...path);
	if (platform === 'win32') return join(machine, env.APPDATA ?? join(machine, home, 'AppData', 'Roaming'), ...path);
	return join(machine, env.XDG_CONFIG_HOME ?? join(machine, home, '.config'), ...path);
}

function homeOf({ platform, env }: Machine): string {
	return (platform === 'win32' ? env.USERPROFILE : env.HOME) ?? homedir();
}

function join({ platform }: Machine, ...path: readonly string[]): string {
	return (platform === 'win32' ? win32 : posix).join(...path);
}
