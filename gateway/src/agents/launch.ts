import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GatewayConfig, type ServerEntry, settingsOf } from '../config.ts';
import type { Launch } from './connection.ts';

/** What an Agent gets of the daemon's environment; everything else stays here. */
const inherited = [
	'PATH',
	'HOME',
	'USER',
	'LOGNAME',
	'SHELL',
	'LANG',
	'LC_ALL',
	'LC_CTYPE',
	'TZ',
	'TMPDIR',
	'TERM',
	'DISPLAY',
	'WAYLAND_DISPLAY',
	'XAUTHORITY',
	'DBUS_SESSION_BUS_ADDRESS',
	'XDG_RUNTIME_DIR',
	'SYSTEMROOT',
	'APPDATA',
	'LOCALAPPDATA',
	'TEMP',
	'USERPROFILE',
	'PATHEXT',
	'NODE_EXTRA_CA_CERTS',
];

/** How to start an Agent: resolved program, least environment, state folders of its own. */
export function launchOf(agent: string, entry: ServerEntry, config: GatewayConfig, home: string): Launch {
	const settings = settingsOf(config, agent);
	const stateFolder = join(home, 'agents', agent);
	const logs = join(home, 'logs');
	mkdirSync(logs, { recursive: true, mode: 0o700 });
	return {
		agent,
		...programOf(entry),
		cwd: resolve(config.folder, entry.cwd ?? '.'),
		env: {
			...Object.fromEntries(
				inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] as string]])),
			),
			...entry.env,
			...(settings.own && {
				SWITCHBOARD_CALLER: 'gateway',
				SWITCHBOARD_HOME: home,
				SWITCHBOARD_STATE: stateFolder,
				SWITCHBOARD_ARTIFACTS: join(home, 'artifacts'),
				SWITCHBOARD_CONFIG: JSON.stringify(settings.config),
			}),
		},
		stderrFile: join(logs, `${agent}.log`),
	};
}

/** Changes when a start of this Agent might list other Skills. */
export function fingerprintOf(launch: Launch): string {
	const { command, args, cwd, env } = launch;
	const files = [command, ...args]
		.map((part) => (isAbsolute(part) ? part : join(cwd, part)))
		.filter((file) => existsSync(file));
	const ages = files.map((file) => (file.endsWith('.ts') ? newestBelow(dirname(file)) : statSync(file).mtimeMs));
	return createHash('sha256')
		.update(JSON.stringify([command, args, env.SWITCHBOARD_CONFIG ?? '', ages]))
		.digest('hex');
}

/** `node` is the one this daemon runs on; a name is looked for beside the Gateway first, then on the path. */
function programOf({ command, args }: ServerEntry): Pick<Launch, 'command' | 'args'> {
	if (command === 'node') return { command: process.execPath, args };
	if (isAbsolute(command) || command.includes('/')) return { command, args };
	const names = process.platform === 'win32' ? [`${command}.cmd`, `${command}.exe`, command] : [command];
	for (const folder of [...binFolders(), ...(process.env.PATH ?? '').split(delimiter)]) {
		for (const name of names) {
			if (folder !== '' && existsSync(join(folder, name))) return runnable(join(folder, name), args);
		}
	}
	return { command, args };
}

/** A program written for Node asks for the first `node` on the path: none under a desktop host, or one too old. */
function runnable(file: string, args: readonly string[]): Pick<Launch, 'command' | 'args'> {
	const script = realpathSync(file);
	return script.endsWith('.js') ? { command: process.execPath, args: [script, ...args] } : { command: file, args };
}

/** The `.bin` folders of the installations this code is part of, nearest first. */
function binFolders(): string[] {
	const folders: string[] = [];
	for (let folder = dirname(fileURLToPath(import.meta.url)); dirname(folder) !== folder; folder = dirname(folder)) {
		const bin = join(folder, 'node_modules', '.bin');
		if (existsSync(bin)) folders.push(bin);
	}
	return folders;
}

function newestBelow(folder: string): number {
	let newest = 0;
	for (const item of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		if (item.isFile()) newest = Math.max(newest, statSync(join(item.parentPath, item.name)).mtimeMs);
	}
	return newest;
}
