import { sep } from 'node:path';
import { Fault } from '@switchboard/kit';
import { holdsSecrets, runsCode } from './protected.ts';

/** What a path is wanted for: that it is there, what it holds, or a change. */
export type Purpose = 'see' | 'read' | 'write';

/** Where one Call may go; every path in it is a real one. */
export interface Territory {
	/** The working folder first: relative paths start there. */
	readonly roots: readonly string[];
	readonly isReadOnly: boolean;
	readonly mayReadSecrets: boolean;
	/** Folders of the Agent's and the Gateway's own: as if they were not there. */
	readonly hidden: readonly string[];
	/** Folders that may be read and never written, such as the owner's scripts. */
	readonly guarded: readonly string[];
}

/** Kernel interfaces that look like files. */
const systemFolders = ['/proc', '/sys', '/dev'];

/** Whether `path` is `folder` or below it; both real. */
export function isInside(path: string, folder: string): boolean {
	if (path === folder) return true;
	return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The innermost root that holds a real path. */
export function rootOf(path: string, { roots }: Territory): string | undefined {
	return roots.filter((root) => isInside(path, root)).sort((a, b) => b.length - a.length)[0];
}

/** Why a real path may not be used for this, or undefined where it may. `shown` is how the caller named it. */
export function refusalOf(path: string, purpose: Purpose, territory: Territory, shown: string): Fault | undefined {
	const root = rootOf(path, territory);
	const isOut = root === undefined || [...systemFolders, ...territory.hidden].some((folder) => isInside(path, folder));
	if (isOut) {
		return new Fault('denied', `${shown} is outside the folders this session may use.`, {
			hint: 'fs_roots names the folders that may be used.',
		});
	}
	const below = path.slice(root.length).split(sep).filter(Boolean);
	if (purpose === 'write') return writeRefusal(path, below, territory, shown);
	if (purpose === 'read' && !territory.mayReadSecrets && holdsSecrets(below)) {
		return new Fault('denied', `${shown} is where secrets are kept, so its content is not read.`, {
			hint: 'The owner can allow it with the setting readSecrets.',
		});
	}
	return undefined;
}

function writeRefusal(path: string, below: readonly string[], territory: Territory, shown: string): Fault | undefined {
	if (territory.isReadOnly)
		return new Fault('denied', 'Every folder of this server is read-only.', { hint: readOnlyHint });
	const isGuarded = territory.guarded.some((folder) => isInside(path, folder));
	if (isGuarded || runsCode(below) || holdsSecrets(below)) {
		return new Fault('denied', `${shown} is protected: it holds secrets, or what other programs run without asking.`, {
			hint: 'Ask the owner to change it by hand.',
		});
	}
	return undefined;
}

const readOnlyHint = 'The owner started it with the setting readOnly.';

/** Why a whole tree may not be taken: something in it has to stay where it is, or unseen. */
export function treeRefusal(
	path: string,
	taken: 'away' | 'copy',
	territory: Territory,
	shown: string,
): Fault | undefined {
	const { roots, hidden, guarded } = territory;
	const fixed = taken === 'copy' ? hidden : [...roots, ...hidden, ...guarded];
	if (!fixed.some((folder) => isInside(folder, path))) return undefined;
	return new Fault('denied', `${shown} is, or holds, a folder that has to stay where it is.`, {
		hint: 'Name what is inside it instead.',
	});
}
