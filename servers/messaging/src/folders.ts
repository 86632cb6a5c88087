import { Fault } from '@switchboard/kit';
import { type Folder, type FolderRole, folderRoles } from './account.ts';

/** Every folder but drafts, junk and trash. */
export const everywhere = '*';

/** The folder meant by a path or a role, case aside; a path before a role. */
export function findFolder(wanted: string, folders: readonly Folder[]): Folder | undefined {
	const lower = wanted.toLowerCase();
	return (
		folders.find(({ path }) => path === wanted) ??
		folders.find(({ path }) => path.toLowerCase() === lower) ??
		folders.find(({ role }) => role === lower)
	);
}

export function isRole(text: string): text is FolderRole {
	return (folderRoles as readonly string[]).includes(text.toLowerCase());
}

/** The folders to look through for a folder as a caller names it, most used first. */
export function searchedFolders(folders: readonly Folder[]): Folder[] {
	const all = folders.find(({ role }) => role === 'all');
	if (all !== undefined) return [all];
	const left = folders.filter(({ role }) => role !== 'drafts' && role !== 'junk' && role !== 'trash');
	const rank = ({ role }: Folder) => (role === 'inbox' ? 0 : role === 'sent' ? 1 : role === 'archive' ? 2 : 3);
	return left.toSorted((a, b) => rank(a) - rank(b));
}

const mostNamed = 40;

export function noSuchFolder(account: string, folders: readonly Folder[], cause?: unknown): Fault {
	const named = folders.slice(0, mostNamed).map(({ path, role }) => (role === undefined ? path : `${path} (${role})`));
	const more = folders.length > mostNamed ? ` and ${folders.length - mostNamed} more, which msg_folders lists` : '';
	return new Fault('not_found', `Account ${account} has no folder of that name.`, {
		hint: `Its folders: ${named.join(', ')}${more}.`,
		cause,
	});
}

export function staleRef(account: string): Fault {
	return new Fault('not_found', `That message of account ${account} is no longer where its reference says.`, {
		hint: 'It was moved or deleted; msg_search gives current references.',
	});
}
