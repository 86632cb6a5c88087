import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

const endings = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];

/** Where a program of this name lies; a name with a slash is a path of its own. */
export function findProgram(name: string, folders: readonly string[], cwd = '/'): string | undefined {
	const places = name.includes('/')
		? [isAbsolute(name) ? name : join(cwd, name)]
		: folders.map((folder) => join(folder, name));
	return places.flatMap((place) => endings.map((ending) => `${place}${ending}`)).find(isProgram);
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

/** The folder of the Node that runs us, which a command finds first. */
export const nodeFolder = dirname(realpathSync(process.execPath));
