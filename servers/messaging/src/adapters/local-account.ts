import { Readable } from 'node:stream';
import { Fault } from '@switchboard/kit';
import type { Account, FlagChange, Location, Moved, Summary } from '../account.ts';
import type { Address } from '../address.ts';
import { findFolder, noSuchFolder, searchedFolders, staleRef } from '../folders.ts';
import type { Mime, ReadHtml } from '../ports.ts';
import { previewOf } from '../preview.ts';
import { checkReach } from '../reach.ts';
import { createLocalStore } from './local-store.ts';

export const localId = 'local';

/** The embedded account: a mailbox in one file that delivers to nobody but its owner. */
export function createLocalAccount(file: string, self: Address, mime: Mime, readHtml: ReadHtml): Account {
	const store = createLocalStore(file, localId);
	const own = [self.address];

	function folderOf(wanted: string): string {
		const folders = store.folders();
		const found = findFolder(wanted, folders);
		if (found === undefined) throw noSuchFolder(localId, folders);
		return found.path;
	}

	function known({ folder, validity, uid }: Location): Summary | undefined {
		return validity === store.validity ? store.get(folder, uid) : undefined;
	}

	function get(at: Location): Summary {
		const summary = known(at);
		if (summary === undefined) throw staleRef(localId);
		return summary;
	}

	function each(locations: readonly Location[], change: (summary: Summary) => Location | undefined): Moved[] {
		return store.atomically(() =>
			locations.map((at): Moved => {
				const summary = known(at);
				if (summary === undefined) return { found: false };
				const now = change(summary);
				return now === undefined ? { found: true } : { found: true, now };
			}),
		);
	}

	async function append(folder: string, bytes: Uint8Array, flags: readonly string[]): Promise<Location> {
		const { headers: _, text, html, parts, contents: __, bcc: ___, ...header } = await mime.parse(bytes);
		const body = text ?? (html === undefined ? '' : (await readHtml(html)).text);
		const summary = {
			...header,
			date: new Date().toISOString(),
			size: bytes.byteLength,
			attachments: parts.length,
			preview: previewOf(body),
		};
		return store.add({ folder: folderOf(folder), flags, summary, body, source: bytes });
	}

	const account: Account = {
		id: localId,
		kind: 'local',
		self,
		own,
		reach: 'self',
		copiesSent: false,
		async check() {},
		folders: async () => store.folders(),
		async createFolder(path) {
			if (findFolder(path, store.folders()) !== undefined)
				throw new Fault('conflict', 'Account local has a folder of that name already.');
			store.createFolder(path);
			return { path };
		},
		async search(folder, query, { limit, from }) {
			if (from !== undefined && from.validity !== store.validity) throw staleRef(localId);
			const items = store.search(folderOf(folder), query, limit + 1, from?.below ?? Number.MAX_SAFE_INTEGER);
			const page = items.slice(0, limit);
			const last = page.at(-1);
			return {
				items: page,
				...(items.length > limit && last !== undefined && { next: { validity: store.validity, below: last.at.uid } }),
			};
		},
		summaries: async (locations) => locations.flatMap((at) => known(at) ?? []),
		async related(messageIds) {
			const folders = searchedFolders(store.folders()).map(({ path }) => path);
			return messageIds.length === 0 ? [] : store.related(messageIds.slice(0, 100), folders);
		},
		async read(at) {
			const summary = get(at);
			const { headers, text, html, parts, bcc } = await mime.parse(store.source(at.uid));
			return { ...summary, headers, text, html, parts, bcc, cut: false };
		},
		async source(at, limit) {
			get(at);
			return store.source(at.uid).subarray(0, limit);
		},
		async attachment(at, part, take) {
			get(at);
			const { parts, contents } = await mime.parse(store.source(at.uid));
			const index = parts.findIndex((one) => one.part === part);
			const about = parts[index];
			const content = contents[index];
			if (about === undefined || content === undefined) throw staleRef(localId);
			return take(about, Readable.from([Buffer.from(content)]));
		},
		append,
		async flag(locations, change) {
			return each(locations, ({ at, flags }) => {
				store.setFlags(at.uid, changed(flags, change));
				return undefined;
			});
		},
		async move(locations, folder) {
			const path = folderOf(folder);
			return each(locations, ({ at }) => {
				store.move(at.uid, path);
				return { ...at, folder: path };
			});
		},
		async destroy(locations) {
			return each(locations, ({ at }) => {
				store.destroy(at.uid);
				return undefined;
			});
		},
		async submit({ recipients, bytes }, beforeContent, signal) {
			signal.throwIfAborted();
			checkReach(account, recipients);
			beforeContent();
			await append('inbox', bytes, []);
			return { accepted: recipients, rejected: [] };
		},
		async close() {
			store.close();
		},
	};
	return account;
}

function changed(flags: readonly string[], { add, remove }: FlagChange): string[] {
	return [...new Set([...flags, ...add])].filter((flag) => !remove.includes(flag));
}
