import { asFault, type Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { Account, Page, Query, Summary } from './account.ts';
import { everywhere, searchedFolders } from './folders.ts';
import { cursorOf, positionIn } from './refs.ts';

export interface PartialFailure {
	readonly account: string;
	readonly fault: string;
	readonly message: string;
}

export interface Found {
	readonly items: readonly Summary[];
	readonly nextCursor?: string;
	readonly partialFailures: readonly PartialFailure[];
}

/** One folder of one account, read from the newest message down. */
interface Stream {
	readonly account: Account;
	readonly folder: string;
	readonly from?: Page['next'];
}

interface Fetched extends Stream {
	readonly page: Page;
}

const Positions = z.array(z.tuple([z.string(), z.string(), z.string(), z.number()]));

/** One page over several accounts and folders, newest first; an account that fails is named and does not spoil the rest. */
export async function searchAll(
	accounts: readonly Account[],
	folder: string,
	query: Query,
	page: { readonly limit: number; readonly cursor?: string | undefined },
	signal: AbortSignal,
): Promise<Found> {
	const bound = { accounts: accounts.map(({ id }) => id), folder, query };
	const resumed = page.cursor === undefined ? undefined : Positions.parse(positionIn(bound, page.cursor));
	const outcomes = await Promise.all(
		accounts.map((account) => searchOne(account, folder, query, resumed, page.limit, signal)),
	);
	signal.throwIfAborted();
	const streams = outcomes.flatMap(({ fetched }) => fetched);
	const faults = outcomes.flatMap(({ fault }, index) =>
		fault === undefined ? [] : [{ account: accounts[index]?.id ?? '', fault }],
	);
	const [first] = faults;
	if (first !== undefined && faults.length === accounts.length) throw first.fault;
	const { items, positions } = mergeNewest(streams, page.limit);
	return {
		items,
		...(positions.length > 0 && { nextCursor: cursorOf(bound, positions) }),
		partialFailures: faults
			// A folder that only some accounts have is no failure of the others.
			.filter(({ fault }) => fault.kind !== 'not_found')
			.map(({ account, fault }) => ({ account, fault: fault.kind, message: fault.message })),
	};
}

async function searchOne(
	account: Account,
	folder: string,
	query: Query,
	resumed: z.infer<typeof Positions> | undefined,
	limit: number,
	signal: AbortSignal,
): Promise<{ readonly fetched: readonly Fetched[]; readonly fault?: Fault }> {
	const fetched: Fetched[] = [];
	try {
		for (const stream of await streamsOf(account, folder, resumed, signal)) {
			const { from } = stream;
			fetched.push({
				...stream,
				page: await account.search(stream.folder, query, { limit, ...(from !== undefined && { from }) }, signal),
			});
		}
		return { fetched };
	} catch (error) {
		return { fetched, fault: asFault(error) };
	}
}

async function streamsOf(
	account: Account,
	folder: string,
	resumed: z.infer<typeof Positions> | undefined,
	signal: AbortSignal,
): Promise<Stream[]> {
	if (resumed !== undefined) {
		return resumed
			.filter(([id]) => id === account.id)
			.map(([, path, validity, below]) => ({ account, folder: path, from: { validity, below } }));
	}
	if (folder !== everywhere) return [{ account, folder }];
	return searchedFolders(await account.folders(signal)).map(({ path }) => ({ account, folder: path }));
}

/** The newest of several lists, each taken from its head on, and where each of them goes on. */
function mergeNewest(streams: readonly Fetched[], limit: number) {
	const taken = streams.map(() => 0);
	const items: Summary[] = [];
	while (items.length < limit) {
		let newest: { readonly item: Summary; readonly stream: number } | undefined;
		for (const [stream, { page }] of streams.entries()) {
			const item = page.items[taken[stream] ?? 0];
			if (item !== undefined && (newest === undefined || item.date > newest.item.date)) newest = { item, stream };
		}
		if (newest === undefined) break;
		items.push(newest.item);
		taken[newest.stream] = (taken[newest.stream] ?? 0) + 1;
	}
	const positions = streams.flatMap(({ account, folder, from, page }, stream): z.infer<typeof Positions> => {
		const next = nextOf(page, taken[stream] ?? 0, from);
		return next === undefined ? [] : [[account.id, page.items[0]?.at.folder ?? folder, next.validity, next.below]];
	});
	return { items, positions };
}

function nextOf({ items, next }: Page, taken: number, from: Page['next']): Page['next'] {
	if (taken === items.length) return next;
	const last = items[taken - 1];
	const first = items[0];
	if (last !== undefined) return { validity: last.at.validity, below: last.at.uid };
	return from ?? (first === undefined ? undefined : { validity: first.at.validity, below: first.at.uid + 1 });
}

/** The accounts of these ids, or all of them. */
export function chosen(
	all: readonly Account[],
	get: (id: string) => Account,
	ids: readonly string[] | undefined,
): readonly Account[] {
	if (ids === undefined || ids.length === 0) return all;
	return [...new Set(ids)].map(get);
}
