import { createHash, randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import type { Mime, Notify } from '../ports.ts';
import { messageRef } from '../refs.ts';

/** How many unread notifications are compared for a key. */
const mostCompared = 200;

/** Leaves notifications as messages in a folder of the embedded account. */
export function createLocalNotify(local: Account, mime: Mime): Notify {
	return async ({ title, body, priority, dedupeKey }, signal) => {
		const key =
			dedupeKey === undefined ? undefined : `key-${createHash('sha256').update(dedupeKey).digest('hex').slice(0, 16)}`;
		if (key !== undefined) {
			const { items } = await local.search('notifications', { unread: true }, { limit: mostCompared }, signal);
			const same = items.find(({ flags }) => flags.includes(key));
			if (same !== undefined) return { status: 'duplicate', id: messageRef(same.at) };
		}
		const bytes = await mime.compose({
			messageId: `<${randomUUID()}@notifications.localhost>`,
			date: new Date(),
			from: { name: 'Switchboard', address: local.self.address },
			to: [local.self],
			cc: [],
			bcc: [],
			subject: title,
			text: body,
			references: [],
			attachments: [],
		});
		const flags = [
			...(priority === 'high' ? ['flagged'] : []),
			`priority-${priority}`,
			...(key === undefined ? [] : [key]),
		];
		return { status: 'sent', id: messageRef(await local.append('notifications', bytes, flags, signal)) };
	};
}
