import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hiddenInSandbox, readOnlyInSandbox } from '../../protected.ts';
import type { SandboxView, SystemFolder } from '../../sandbox-argv.ts';
import { isInside, type Territory } from '../../territory.ts';

const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Of `/etc` only what programs need to find their way; passwords, keys and host secrets are not among it. */
const settingsFiles = [
	'passwd',
	'group',
	'nsswitch.conf',
	'hosts',
	'host.conf',
	'resolv.conf',
	'gai.conf',
	'services',
	'protocols',
	'ssl',
	'pki',
	'ca-certificates',
	'ca-certificates.conf',
	'crypto-policies',
	'alternatives',
	'ld.so.cache',
	'ld.so.conf',
	'ld.so.conf.d',
	'localtime',
	'timezone',
	'locale.alias',
	'locale.conf',
	'mime.types',
	'magic',
	'os-release',
	'debian_version',
	'bash.bashrc',
	'profile',
	'inputrc',
	'terminfo',
	'fonts',
	'java',
	'perl',
	'python3',
	'php',
	'ImageMagick-6',
	'ImageMagick-7',
].map((name) => `/etc/${name}`);

/** What this machine has of the system, for a sandbox to show. */
export interface SystemView {
	readonly system: readonly SystemFolder[];
	/** Further paths that may be read. */
	readonly readable: readonly string[];
}

export function systemView(readable: readonly string[]): SystemView {
	return {
		system: [...systemFolders, ...settingsFiles].flatMap(asSystemFolder),
		readable: [...runtimeFolders(), ...readable].filter((path) => existsSync(path) && !isSystem(path)),
	};
}

/** What a Call may see and change of its roots. */
export function viewOf(
	{ roots, isReadOnly, hidden }: Territory,
	scripts: string,
): Pick<SandboxView, 'roots' | 'isReadOnly' | 'fixed' | 'hidden' | 'shown'> {
	const inRoots = (names: readonly string[]): string[] =>
		roots.flatMap((root) => names.map((name) => join(root, name)));
	const isInRoots = (path: string): boolean => roots.some((root) => isInside(path, root));
	return {
		roots,
		isReadOnly,
		fixed: inRoots(readOnlyInSandbox).filter(isPlain),
		hidden: [...inRoots(hiddenInSandbox), ...hidden.filter(isInRoots)].filter(isFolder),
		shown: existsSync(scripts) ? [realpathSync(scripts)] : [],
	};
}

function asSystemFolder(path: string): SystemFolder[] {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	if (stats === undefined) return [];
	if (!stats.isSymbolicLink()) return [{ path }];
	const target = readlinkSync(path);
	if (!existsSync(path)) return [];
	// A link into a system folder stays one; another, such as to /run, is followed now.
	return isSystem(realpathSync(path)) ? [{ path, target }] : [{ path }];
}

export function isSystem(path: string): boolean {
	return systemFolders.some((folder) => isInside(path, folder));
}

/** Where the Node that runs us lies with what came with it, so that commands find the same one. */
function runtimeFolders(): readonly string[] {
	const bin = dirname(realpathSync(process.execPath));
	return [bin, join(bin, '..', 'lib', 'node_modules')];
}

function isFolder(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** There, and not a link that would bind something else. */
function isPlain(path: string): boolean {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	return stats !== undefined && !stats.isSymbolicLink();
}
