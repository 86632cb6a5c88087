import type { Summary } from './ports.ts';
import { threadKey } from './refs.ts';

type Linked = Pick<Summary, 'messageId' | 'inReplyTo' | 'references'>;

/** The Message-IDs by which a message's conversation is found. */
export function kinOf({ messageId, inReplyTo, references }: Linked): string[] {
	return [...new Set([...references, inReplyTo, messageId])].filter((id) => id !== '');
}

/** The same for all messages of one conversation, as far as their headers tell. */
export function threadOf({ messageId, inReplyTo, references }: Linked): string {
	return threadKey(references[0] ?? (inReplyTo === '' ? messageId : inReplyTo));
}

export interface Placed<Message> {
	readonly message: Message;
	/** How many answers deep. */
	readonly depth: number;
}

/** Oldest first, each Message-ID once, with how deep in the conversation each one is. */
export function inOrder<Message extends Linked & Pick<Summary, 'date'>>(
	messages: readonly Message[],
): Placed<Message>[] {
	const byId = new Map<string, Message>();
	const once = messages.filter((message) => {
		if (message.messageId === '') return true;
		if (byId.has(message.messageId)) return false;
		byId.set(message.messageId, message);
		return true;
	});
	return once
		.toSorted((a, b) => a.date.localeCompare(b.date))
		.map((message) => ({ message, depth: depthOf(message, byId) }));
}

function depthOf(message: Linked, byId: ReadonlyMap<string, Linked>): number {
	const above = new Set<string>([message.messageId]);
	let current: Linked | undefined = message;
	while (current !== undefined) {
		const parent: string | undefined = parentsOf(current).find((id) => byId.has(id));
		// Headers may name each other in a ring.
		if (parent === undefined || above.has(parent)) break;
		above.add(parent);
		current = byId.get(parent);
	}
	return above.size - 1;
}

/** The nearest ancestor first. */
function parentsOf({ inReplyTo, references }: Linked): string[] {
	return [inReplyTo, ...references.toReversed()].filter((id) => id !== '');
}
