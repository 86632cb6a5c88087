import type { Summary } from './account.ts';
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

/** Oldest first, each Message-ID once, an answer never before what it answers, with how deep each one is. */
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
		.map((message) => {
			const above = ancestorsOf(message, byId);
			// Clocks differ, and the own copy of a message may be filed after its answer has come.
			const latest = [message, ...above].map(({ date }) => date).reduce((a, b) => (a > b ? a : b));
			return { message, depth: above.length, latest };
		})
		.toSorted((a, b) => a.latest.localeCompare(b.latest) || a.depth - b.depth)
		.map(({ message, depth }) => ({ message, depth }));
}

function ancestorsOf<Message extends Linked>(message: Message, byId: ReadonlyMap<string, Message>): Message[] {
	const above: Message[] = [];
	const met = new Set<Message>([message]);
	for (let current: Message | undefined = message; current !== undefined; ) {
		const parent: Message | undefined = parentsOf(current).flatMap((id) => byId.get(id) ?? [])[0];
		// Headers may name each other in a ring.
		if (parent === undefined || met.has(parent)) break;
		met.add(parent);
		above.push(parent);
		current = parent;
	}
	return above;
}

/** The nearest ancestor first. */
function parentsOf({ inReplyTo, references }: Linked): string[] {
	return [inReplyTo, ...references.toReversed()].filter((id) => id !== '');
}
