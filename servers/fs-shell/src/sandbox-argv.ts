/** What a sandbox shows of the machine. */
export interface SandboxView {
	/** System folders: as they are, or links to others. */
	readonly system: readonly SystemFolder[];
	/** Further paths that may be read. */
	readonly readable: readonly string[];
	/** The folders to work in. */
	readonly roots: readonly string[];
	readonly isReadOnly: boolean;
	/** Inside the roots: what is seen and not changed. */
	readonly fixed: readonly string[];
	/** Inside the roots: folders that look empty. */
	readonly hidden: readonly string[];
	/** Shown again inside what is hidden, such as the owner's scripts. */
	readonly shown: readonly string[];
	readonly hasNetwork: boolean;
	readonly cwd: string;
}

export interface SystemFolder {
	readonly path: string;
	/** Where it links, if it is a link. */
	readonly target?: string;
}

/** A home of its own, in memory. */
export const sandboxHome = '/tmp/home';

/** Bytes that may be written to memory. */
const memoryFolder = String(1024 * 1024 * 1024);

/**
 * The arguments of bubblewrap before the command: the system read-only, the roots alone writable, nothing else there.
 * The order counts, since each lies over what came before.
 */
export function sandboxArguments(view: SandboxView): string[] {
	const bind = view.isReadOnly ? '--ro-bind' : '--bind';
	const isWhole = view.roots.includes('/');
	return [
		'--unshare-all',
		...(view.hasNetwork ? ['--share-net'] : []),
		'--die-with-parent',
		'--new-session',
		'--cap-drop',
		'ALL',
		...(isWhole ? [bind, '/', '/'] : view.system.flatMap(systemFolder)),
		'--proc',
		'/proc',
		'--dev',
		'/dev',
		'--size',
		memoryFolder,
		'--tmpfs',
		'/tmp',
		'--dir',
		sandboxHome,
		...view.readable.flatMap((path) => ['--ro-bind', path, path]),
		...[...view.roots]
			.filter((root) => root !== '/')
			.sort()
			.flatMap((root) => [bind, root, root]),
		...view.fixed.flatMap((path) => ['--ro-bind', path, path]),
		...view.hidden.flatMap((path) => ['--tmpfs', path]),
		...view.shown.flatMap((path) => ['--ro-bind', path, path]),
		'--chdir',
		view.cwd,
		'--',
	];
}

function systemFolder({ path, target }: SystemFolder): string[] {
	return target === undefined ? ['--ro-bind', path, path] : ['--symlink', target, path];
}
