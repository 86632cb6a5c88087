// Runs on whatever Node the machine has (20 and up), before anything is installed: nothing but node: imports.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodePackage } from './node24.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

// Said outright, since NODE_ENV=production or an `omit` in somebody's npmrc would leave them out.
const always = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--include=optional'];

/** Brings node_modules to what package-lock.json says; does nothing where it already is. */
export function install({ dev }) {
	const lock = readJson('package-lock.json');
	const there = readJson('node_modules/.package-lock.json');
	const inSync = lock !== undefined && manifestsMatch(lock);
	if (inSync && there !== undefined && isInstalled(lock, there, dev)) return;

	const started = Date.now();
	process.stdout.write(`Installing ${dev ? 'packages and development tools' : 'packages'} from npm, once …\n`);
	// What was left out once is added later, not laid anew: something may be running from the folder.
	const fresh = there === undefined;
	const groups = [...always, dev || hasDevPackages(lock, there) ? '--include=dev' : '--omit=dev'];
	const attempts = [
		...(inSync && fresh ? [['ci', ...groups]] : []),
		// `--no-save` takes versions from the lock and leaves it as it is.
		['install', ...(inSync ? ['--no-save'] : []), ...groups],
	];
	// What one attempt says against the lock is no news when the next one succeeds.
	if (!attempts.some((args, index) => npm(args, index === attempts.length - 1)))
		throw new Error('npm could not install the packages; what it said is above.');
	process.stdout.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/** Whether each package.json still asks for what the lock was made from. */
function manifestsMatch(lock) {
	const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
	return Object.entries(lock.packages)
		.filter(([path]) => !path.includes('node_modules'))
		.every(([path, locked]) => {
			const manifest = readJson(join(path, 'package.json'));
			return manifest !== undefined && kinds.every((kind) => sameEntries(manifest[kind] ?? {}, locked[kind] ?? {}));
		});
}

function sameEntries(one, other) {
	const names = Object.keys(one);
	return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Whether every package the lock names for this machine is there in that very version. */
function isInstalled(lock, there, dev) {
	return Object.entries(lock.packages)
		.filter(([path, wanted]) => path.includes('node_modules') && isNeeded(path, wanted, dev))
		.every(([path, wanted]) => {
			const found = there.packages[path];
			if (wanted.link) return found?.link === true && found.resolved === wanted.resolved;
			return found?.version === wanted.version;
		});
}

function isNeeded(path, wanted, dev) {
	if (path === `node_modules/${nodePackage}`) return true;
	if (wanted.optional || wanted.peer) return false;
	return dev || !(wanted.dev || wanted.devOptional);
}

function hasDevPackages(lock, there) {
	return Object.entries(lock?.packages ?? {}).some(([path, { dev }]) => dev && there?.packages[path] !== undefined);
}

function npm(args, isLast) {
	const cli = process.env.npm_execpath;
	// Inside `npm start` npm names itself; elsewhere it is found on the path, on Windows as a script for the shell.
	const isNpm = cli !== undefined && /^npm-cli\.c?js$/.test(basename(cli));
	const [command, ...rest] = isNpm ? [process.execPath, cli, ...args] : ['npm', ...args];
	const shell = !isNpm && process.platform === 'win32';
	return (
		spawnSync(command, rest, { cwd: root, stdio: ['ignore', 'ignore', isLast ? 'inherit' : 'ignore'], shell })
			.status === 0
	);
}

function readJson(path) {
	const file = join(root, path);
	if (!existsSync(file)) return undefined;
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}
