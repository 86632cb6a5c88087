import type { ImapFlow, ListResponse } from 'imapflow';
import type { Folder, FolderRole } from '../account.ts';
import { findFolder, noSuchFolder } from '../folders.ts';

const roles: Readonly<Record<string, FolderRole>> = {
	'\\inbox': 'inbox',
	'\\drafts': 'drafts',
	'\\sent': 'sent',
	'\\archive': 'archive',
	'\\trash': 'trash',
	'\\junk': 'junk',
	'\\all': 'all',
};

/** Folders an account must have for what is done in it; made where the server has none. */
const made: Partial<Record<string, string>> = { drafts: 'Drafts', sent: 'Sent', archive: 'Archive', trash: 'Trash' };

/** How long a list is believed; a name not in it is looked for anew. */
const freshMs = 60_000;

/** The folders of one account. */
export function createImapFolders(account: string) {
	let known: { readonly folders: readonly Folder[]; readonly at: number } | undefined;

	async function list(client: ImapFlow): Promise<readonly Folder[]> {
		const folders = (await client.list({ statusQuery: { messages: true, unseen: true } }))
			.filter(isSelectable)
			.map(folderOf);
		known = { folders, at: Date.now() };
		return folders;
	}

	return {
		list,
		async recent(client: ImapFlow): Promise<readonly Folder[]> {
			return known !== undefined && Date.now() - known.at < freshMs ? known.folders : list(client);
		},
		forget() {
			known = undefined;
		},
		/** The path of a folder given by path or role; `make` makes one that mail cannot do without. */
		async resolve(client: ImapFlow, wanted: string, make = false): Promise<string> {
			if (wanted.toLowerCase() === 'inbox') return 'INBOX';
			const remembered =
				known !== undefined && Date.now() - known.at < freshMs ? findFolder(wanted, known.folders) : undefined;
			if (remembered !== undefined) return remembered.path;
			const folders = await list(client);
			const found = findFolder(wanted, folders);
			if (found !== undefined) return found.path;
			const name = made[wanted.toLowerCase()];
			if (name === undefined || !make) throw noSuchFolder(account, folders);
			known = undefined;
			return (await client.mailboxCreate([name])).path;
		},
	};
}

function isSelectable({ flags }: ListResponse): boolean {
	return ![...flags].some((flag) => /^\\(noselect|nonexistent)$/i.test(flag));
}

function folderOf({ path, specialUse, status }: ListResponse): Folder {
	const role = roles[specialUse?.toLowerCase() ?? ''];
	return {
		path,
		...(role !== undefined && { role }),
		...(status?.messages !== undefined && { messages: status.messages }),
		...(status?.unseen !== undefined && { unread: status.unseen }),
	};
}
