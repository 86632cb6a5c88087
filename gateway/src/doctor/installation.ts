import { existsSync, statSync } from 'node:fs';
import { readConfig } from '../config.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { configFile } from '../home.ts';
import { type Finding, finding, ok, problem, warning } from './finding.ts';

const oldestNode = [22, 19] as const;

export function checkNode(version = process.versions.node): Finding {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
	if (!isNewEnough) return problem('node', `Node.js ${version} is too old.`, 'Install Node.js 22.19 or newer.');
	if (!/[\\/]_npx[\\/]/.test(import.meta.url)) return ok('node', `Node.js ${version}, ${process.execPath}`);
	return warning('node', 'This runs from the cache of npx, which npm may empty.', 'npm install -g switchboard-gateway');
}

/** The state folder holds the token and the socket: nobody else of this machine may enter. */
export function checkHome(home: string): Finding {
	if (!existsSync(home)) return ok('state', `${home} is made when it is first needed.`);
	if (process.platform === 'win32') return ok('state', home);
	const { socket, socketFolder, token } = daemonPaths(home);
	const paths = new Set([home, socketFolder ?? home, socket, token]);
	const open = [...paths].filter(isOpenToOthers);
	if (open.length > 0)
		return problem('state', `Others may reach ${open.join(', ')}.`, `chmod go-rwx ${open.join(' ')}`);
	return ok('state', `${home}, for its owner only`);
}

function isOpenToOthers(path: string): boolean {
	const stat = statSync(path, { throwIfNoEntry: false });
	return stat !== undefined && ((stat.mode & 0o077) !== 0 || stat.uid !== process.getuid?.());
}

export function checkConfig(home: string): Promise<Finding> {
	const file = configFile(home);
	return finding('configuration', 'Correct the file; the daemon then starts with it.', () => {
		if (file === undefined) return ok('configuration', 'the built-in one');
		const { mcpServers } = readConfig(file);
		return ok('configuration', `${file} names ${Object.keys(mcpServers).length} Agents`);
	});
}
