import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, parse, relative, resolve, sep } from 'node:path';
import type { Host, Session } from '../gateway.ts';
import type { Store } from '../journal/store.ts';

/** Where a Session may work, and where it would like to. */
export interface Ground {
	/** Granted folders by real path, the working folder first. */
	readonly roots: readonly string[];
	/** Wished for and not yet granted. */
	readonly wishes: readonly string[];
}

export interface Folders {
	groundOf(session: Session, host: Host): Promise<Ground>;
	/** From now on this host may work in this folder and below. */
	grant(folder: string, host: string): void;
}

/** Folders are wishes of a host until the owner grants them, in the configuration or by answering once. */
export function createFolders(
	store: Store,
	configured: readonly string[],
	isTrusted: (session: string) => boolean,
): Folders {
	const always = configured.map(expanded).flatMap(real);

	function isGranted(folder: string, host: string): boolean {
		if (always.some((root) => isWithin(root, folder))) return true;
		return store
			.all('SELECT folder FROM folders WHERE host = ?', host)
			.some((row) => isWithin(String(row.folder), folder));
	}

	return {
		async groundOf(session, host) {
			const wished = [session.folder, ...((await host.roots?.().catch(() => [])) ?? [])].filter(
				(folder) => folder !== undefined,
			);
			const wishes = [...new Set(wished.flatMap(real))].filter(isMeant);
			const trusted = isTrusted(session.id);
			const granted = wishes.filter((folder) => (trusted && folder === wishes[0]) || isGranted(folder, session.host));
			return {
				roots: [...new Set([...granted, ...always])],
				wishes: wishes.filter((folder) => !granted.includes(folder)),
			};
		},
		grant(folder, host) {
			store.run(
				'INSERT OR IGNORE INTO folders (folder, host, granted_at) VALUES (?, ?, ?)',
				folder,
				host,
				new Date().toISOString(),
			);
		},
	};
}

/** Hosts start servers in `/`, in the home folder, above it or in their own program folder; nobody means all of that. */
function isMeant(folder: string): boolean {
	if (real(homedir()).some((home) => isWithin(folder, home)) || folder === parse(folder).root) return false;
	return ![
		'/usr',
		'/etc',
		'/bin',
		'/sbin',
		'/lib',
		'/var',
		'/proc',
		'/sys',
		'/dev',
		'/Applications',
		'/System',
		'C:\\Windows',
		'C:\\Program Files',
	].some((system) => isWithin(system, folder));
}

function isWithin(root: string, folder: string): boolean {
	const way = relative(root, folder);
	return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of a folder that exists, else none. */
function real(folder: string): string[] {
	try {
		const path = realpathSync(folder);
		return statSync(path).isDirectory() ? [path] : [];
	} catch {
		return [];
	}
}

function expanded(folder: string): string {
	return folder === '~' || folder.startsWith('~/') ? resolve(homedir(), folder.slice(2)) : resolve(folder);
}
