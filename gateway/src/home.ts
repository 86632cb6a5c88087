import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout this code runs from; undefined where it was installed as a package. */
export const checkoutFolder: string | undefined = import.meta.url.endsWith('.ts')
	? fileURLToPath(new URL('../../', import.meta.url))
	: undefined;

/** Where everything this owner's daemon keeps lives: `SWITCHBOARD_HOME`, else one of its own per checkout, else the user's. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
	if (env.SWITCHBOARD_HOME !== undefined && env.SWITCHBOARD_HOME !== '') return resolve(env.SWITCHBOARD_HOME);
	return defaultHomeFolder(env);
}

export function defaultHomeFolder(env: NodeJS.ProcessEnv = process.env): string {
	if (checkoutFolder !== undefined) return join(checkoutFolder, '.switchboard');
	const home = homedir();
	if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Switchboard');
	if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Switchboard');
	return join(env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'switchboard');
}

/** The configuration in force: the home's own, else the checkout's; undefined means the built-in one. */
export function configFile(home: string): string | undefined {
	const candidates = [
		join(home, 'mcp.json'),
		...(checkoutFolder === undefined ? [] : [join(checkoutFolder, 'mcp.json')]),
	];
	return candidates.find((file) => existsSync(file));
}
