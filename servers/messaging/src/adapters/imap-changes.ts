import { Fault } from '@switchboard/kit';
import type { ImapFlow } from 'imapflow';
import type { FlagChange, Location, Moved } from '../account.ts';
import { inFolder } from './imap-connection.ts';
import { searchUids } from './imap-search.ts';
import { imapFlag } from './imap-summary.ts';

/** Changes what is there of many messages, folder by folder; where they are afterwards, if that moved. */
async function changeEach(
	client: ImapFlow,
	locations: readonly Location[],
	change: (uids: string, folder: string) => Promise<((uid: number) => Location | undefined) | undefined>,
): Promise<Moved[]> {
	const outcomes = new Map<Location, Moved>();
	for (const [folder, group] of Map.groupBy(locations, (at) => at.folder)) {
		await inFolder(client, folder, 'write', async ({ uidValidity }) => {
			const current = group.filter(({ validity }) => validity === String(uidValidity));
			if (current.length === 0) return;
			const there = new Set(await searchUids(client, { uid: current.map(({ uid }) => uid).join(',') }));
			if (there.size === 0) return;
			const nowOf = await change([...there].join(','), folder);
			for (const at of current) {
				if (!there.has(at.uid)) continue;
				const now = nowOf?.(at.uid);
				outcomes.set(at, now === undefined ? { found: true } : { found: true, now });
			}
		});
	}
	return locations.map((at) => outcomes.get(at) ?? { found: false });
}

export function flagAll(
	client: ImapFlow,
	locations: readonly Location[],
	{ add, remove }: FlagChange,
): Promise<Moved[]> {
	return changeEach(client, locations, async (uids) => {
		const options = { uid: true };
		if (add.length > 0) mustHold(await client.messageFlagsAdd(uids, add.map(imapFlag), options), 'flag');
		if (remove.length > 0) mustHold(await client.messageFlagsRemove(uids, remove.map(imapFlag), options), 'flag');
		return undefined;
	});
}

export function moveAll(client: ImapFlow, locations: readonly Location[], destination: string): Promise<Moved[]> {
	return changeEach(client, locations, async (uids, folder) => {
		if (folder === destination) return undefined;
		const moved = await client.messageMove(uids, destination, { uid: true });
		if (moved === false) throw refused('move');
		const { uidMap, uidValidity } = moved;
		return (uid) => {
			const now = uidMap?.get(uid);
			const account = locations[0]?.account;
			if (now === undefined || uidValidity === undefined || account === undefined) return undefined;
			return { account, folder: destination, validity: String(uidValidity), uid: now };
		};
	});
}

export function destroyAll(client: ImapFlow, locations: readonly Location[]): Promise<Moved[]> {
	if (!client.capabilities.has('UIDPLUS') && !client.enabled.has('IMAP4REV2')) {
		throw new Fault(
			'unsupported',
			'This mail server cannot delete single messages for good: others marked as deleted would go with them.',
			{
				hint: 'Move them to the trash instead.',
			},
		);
	}
	return changeEach(client, locations, async (uids) => {
		mustHold(await client.messageDelete(uids, { uid: true }), 'delete');
		return undefined;
	});
}

function mustHold(done: boolean, what: string): void {
	if (!done) throw refused(what);
}

function refused(what: string): Fault {
	return new Fault('unavailable', `The mail server refused to ${what} these messages.`, {
		hint: 'The folder may be read-only.',
		retryable: false,
	});
}
