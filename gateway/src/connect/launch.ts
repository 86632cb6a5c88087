import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultHomeFolder, homeFolder } from '../home.ts';

/** How a process of ours is started by somebody else: absolute, so that it needs nothing but this machine. */
export interface LaunchCommand {
	readonly command: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/** The command that runs `switchboard <args>` from anywhere, with nothing in the environment but PATH and HOME. */
export function launchCommand(args: readonly string[], env: NodeJS.ProcessEnv = process.env): LaunchCommand {
	const main = mainFile();
	const conditions = extname(main) === '.ts' ? ['--conditions=@switchboard/source'] : [];
	const home = homeFolder(env);
	return {
		command: process.execPath,
		args: [...conditions, main, ...args],
		// Judged against the bare environment of a host, which passes on neither XDG_STATE_HOME nor LOCALAPPDATA.
		env: home === defaultHomeFolder({}) ? {} : { SWITCHBOARD_HOME: home },
	};
}

/** The program's entry: beside the bundle, or one folder up where the modules are still apart. */
function mainFile(): string {
	const here = fileURLToPath(import.meta.url);
	const apart = /[\\/]connect[\\/]launch\.[jt]s$/.test(here);
	return apart ? resolve(here, `../../main${extname(here)}`) : resolve(here, '../main.js');
}
