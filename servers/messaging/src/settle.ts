import { setTimeout as wait } from 'node:timers/promises';
import { asFault } from '@switchboard/kit';
import { mostSource } from './draft.ts';
import type { MessagingPorts, OutboxEntry } from './ports.ts';
import { draftAt } from './refs.ts';

/** Settles an entry of unknown outcome as sent if a trace of its message is found; undefined where none is. */
export async function lookFor(
	entry: OutboxEntry,
	ports: MessagingPorts,
	pauses: readonly number[],
	signal: AbortSignal,
): Promise<OutboxEntry | undefined> {
	const account = ports.accounts.get(entry.account);
	for (const pause of [...pauses, 0]) {
		const traces = await account.related([entry.messageId], signal);
		// The message itself in a folder of the owner's, an answer to it, or the report that it came back.
		if (traces.length > 0) return ports.outbox.settle(entry.id, 'sent', { accepted: entry.recipients, rejected: [] });
		if (pause > 0) await wait(pause, undefined, { signal });
	}
	return undefined;
}

/** Keeps the copy of what was sent and removes its draft; returns what did not work, since the mail itself has gone. */
export async function finish(entry: OutboxEntry, ports: MessagingPorts, signal: AbortSignal): Promise<string[]> {
	if (entry.finished) return [];
	const account = ports.accounts.get(entry.account);
	const at = draftAt(entry.draftRef);
	try {
		const [draft] = await account.summaries([at], signal);
		if (draft !== undefined && !account.copiesSent)
			await account.append('sent', await account.source(at, mostSource, signal), ['seen'], signal);
		if (draft !== undefined) await account.destroy([at], signal);
		ports.outbox.finish(entry.id);
		return [];
	} catch (error) {
		return [`The mail was sent, but its copy or draft was not put in order: ${asFault(error).message}`];
	}
}
