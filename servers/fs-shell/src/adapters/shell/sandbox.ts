import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { hiddenInSandbox, readOnlyInSandbox } from '../../protected.ts';
import { type SandboxView, type SystemFolder, sandboxArguments } from '../../sandbox-argv.ts';
import { isInside, type Territory } from '../../territory.ts';
import { findProgram } from './programs.ts';

/** Whether commands are contained, and if not, why. */
export type SandboxState =
	| { readonly state: 'bubblewrap'; readonly program: string }
	| { readonly state: 'unavailable'; readonly reason: string };

export interface SandboxSettings {
	readonly use: 'auto' | 'require' | 'off';
	readonly hasNetwork: boolean;
	/** Further paths that commands may read. */
	readonly readable: readonly string[];
	/** The owner's scripts: seen although they may lie in a folder that is hidden. */
	readonly scripts: string;
}

export interface Sandbox {
	readonly settings: SandboxSettings;
	/** Tried once; a machine that has none is asked again a minute later. */
	state(): Promise<SandboxState>;
	/** The command line that runs another inside. */
	wrap(program: string, territory: Territory, cwd: string, hasNetwork?: boolean): readonly string[];
	/** Folders that a command inside can find programs in. */
	sees(folder: string): boolean;
}

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

const retryAfter = 60_000;

export function createSandbox(settings: SandboxSettings): Sandbox {
	const system = settings.use === 'off' ? [] : [...systemFolders, ...settingsFiles].flatMap(asSystemFolder);
	const readable = [...runtimeFolders(), ...settings.readable].filter((path) => existsSync(path) && !isSystem(path));
	let tried: Promise<SandboxState> | undefined;

	async function probe(): Promise<SandboxState> {
		if (settings.use === 'off') return { state: 'unavailable', reason: 'It is switched off by the setting sandbox.' };
		if (process.platform !== 'linux') return { state: 'unavailable', reason: 'There is none for this system yet.' };
		const program = findProgram('bwrap', (process.env.PATH ?? '').split(':'));
		if (program === undefined)
			return { state: 'unavailable', reason: 'bubblewrap is not installed (apt-get install bubblewrap).' };
		const view = viewOf({ roots: [], isReadOnly: true, mayReadSecrets: false, hidden: [], guarded: [] }, '/');
		const { failed } = await execa(program, [...sandboxArguments(view), 'true'], {
			reject: false,
			timeout: 5_000,
			stdin: 'ignore',
		});
		return failed
			? { state: 'unavailable', reason: 'bubblewrap is installed, but this machine does not let it make a sandbox.' }
			: { state: 'bubblewrap', program };
	}

	function viewOf(
		{ roots, isReadOnly, hidden }: Territory,
		cwd: string,
		hasNetwork = settings.hasNetwork,
	): SandboxView {
		const inRoots = (names: readonly string[]): string[] =>
			roots.flatMap((root) => names.map((name) => join(root, name))).filter((path) => isPlain(path));
		const isInRoots = (path: string): boolean => roots.some((root) => isInside(path, root));
		return {
			system,
			readable,
			roots,
			isReadOnly,
			fixed: inRoots(readOnlyInSandbox),
			hidden: [...inRoots(hiddenInSandbox), ...hidden.filter(isInRoots)].filter(isFolder),
			shown: existsSync(settings.scripts) ? [realpathSync(settings.scripts)] : [],
			hasNetwork,
			cwd,
		};
	}

	return {
		settings,
		state() {
			tried ??= probe().then((found) => {
				if (found.state === 'unavailable') setTimeout(() => (tried = undefined), retryAfter).unref();
				return found;
			});
			return tried;
		},
		wrap: (program, territory, cwd, hasNetwork) => [program, ...sandboxArguments(viewOf(territory, cwd, hasNetwork))],
		sees: (folder) => isSystem(folder) || readable.some((path) => isInside(folder, path)),
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

function isSystem(path: string): boolean {
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
