import { asFault, defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { Account, Location, Moved } from '../account.ts';
import { line } from '../line.ts';
import type { MessagingPorts } from '../ports.ts';
import { messageAt, messageRef } from '../refs.ts';
import type { PartialFailure } from '../search.ts';
import { FolderName, MessageRef, PartialFailures, people, renderFailures } from '../shapes.ts';

const Flag = z
	.string()
	.regex(/^[A-Za-z$][A-Za-z0-9$_.-]{0,49}$/, 'is seen, flagged, answered or a keyword')
	.refine((flag) => !/^(draft|deleted|recent)$/i.test(flag), 'is not one to set by hand');

const input = z.strictObject({
	refs: z.array(MessageRef).min(1).max(100).describe('From msg_search or msg_thread'),
	action: z
		.enum(['flag', 'move', 'archive', 'trash', 'delete'])
		.describe('`delete` is for good; `trash` can be undone by move'),
	add: z.array(Flag).max(20).default([]).describe('With flag: seen, flagged, answered or keywords to set'),
	remove: z.array(Flag).max(20).default([]).describe('With flag: those to clear; without seen a message is unread'),
	folder: FolderName.optional().describe('With move: where to'),
});
type Input = z.infer<typeof input>;

export const msgUpdate = defineSkill({
	name: 'msg_update',
	title: 'Change messages',
	description:
		'Marks up to 100 messages as read, unread, flagged or with keywords, moves them to a folder, archives them, puts them into the trash, or deletes them for good. Returns for each whether it was found, and its new ref where it moved.',
	effect: 'destroy',
	world: 'open',
	input,
	output: z.object({
		results: z.array(
			z.object({ ref: z.string(), status: z.enum(['done', 'not_found', 'failed']), newRef: z.string().optional() }),
		),
		partialFailures: PartialFailures,
	}),
	targets: { refs: 'record' },
	examples: [
		'mark these mails as read',
		'archive the newsletter',
		'move the message to the folder Projects',
		'put that mail into the trash',
		'flag it',
	],
	async prepare(wanted: Input, { accounts }: MessagingPorts, { signal }) {
		checkInput(wanted);
		const places = wanted.refs.map(messageAt);
		const ids = [...new Set(places.map(({ account }) => account))];
		const lists = await Promise.all(ids.map((id) => accounts.get(id).summaries(of(places, id), signal)));
		const shown = lists
			.flat()
			.map(({ from, subject, date }) => `- ${date.slice(0, 10)} ${people(from)}: ${line(subject, 120)}`);
		const forGood = wanted.action === 'delete';
		return {
			effect: forGood ? ('destroy' as const) : ('write' as const),
			targets: [
				...ids.map((value) => ({ kind: 'account' as const, value })),
				...(forGood ? wanted.refs.map((value) => ({ kind: 'record' as const, value })) : []),
			],
			preview: [sentence(wanted), ...shown.toSorted()].join('\n'),
			reversible: !forGood,
		};
	},
	async run(wanted: Input, { accounts }: MessagingPorts, { signal }) {
		checkInput(wanted);
		const places = wanted.refs.map(messageAt);
		const results = new Map<number, Moved>();
		const partialFailures: PartialFailure[] = [];
		for (const id of new Set(places.map(({ account }) => account))) {
			const indexes = [...places.keys()].filter((index) => places[index]?.account === id);
			try {
				const outcomes = await apply(wanted, accounts.get(id), of(places, id), signal);
				for (const [at, index] of indexes.entries()) results.set(index, outcomes[at] ?? { found: false });
			} catch (error) {
				const fault = asFault(error);
				if (indexes.length === places.length) throw fault;
				partialFailures.push({ account: id, fault: fault.kind, message: fault.message });
			}
		}
		return { results: wanted.refs.map((ref, index) => ({ ref, ...statusOf(results.get(index)) })), partialFailures };
	},
	render: ({ results, partialFailures }) => {
		const done = results.filter(({ status }) => status === 'done');
		const moved = done.flatMap(({ ref, newRef }) => (newRef === undefined ? [] : [`${ref} is now ${newRef}`]));
		return [`${done.length} of ${results.length} messages changed.`, ...moved, ...renderFailures(partialFailures)].join(
			'\n',
		);
	},
});

function of(places: readonly Location[], account: string): Location[] {
	return places.filter((at) => at.account === account);
}

function checkInput({ action, add, remove, folder }: Input): void {
	if (action === 'flag' && add.length + remove.length === 0)
		throw new Fault('invalid_input', 'flag needs something to add or remove.');
	if (action !== 'flag' && add.length + remove.length > 0)
		throw new Fault('invalid_input', `add and remove go with flag, not with ${action}.`);
	if ((action === 'move') !== (folder !== undefined))
		throw new Fault('invalid_input', 'folder goes with move, and move needs one.', { hint: 'msg_folders lists them.' });
}

function apply(
	{ action, add, remove, folder }: Input,
	account: Account,
	places: readonly Location[],
	signal: AbortSignal,
) {
	switch (action) {
		case 'flag':
			return account.flag(places, { add, remove }, signal);
		case 'delete':
			return account.destroy(places, signal);
		case 'move':
			return account.move(places, folder ?? '', signal);
		case 'archive':
		case 'trash':
			return account.move(places, action, signal);
	}
}

function statusOf(moved: Moved | undefined) {
	if (moved === undefined) return { status: 'failed' as const };
	if (!moved.found) return { status: 'not_found' as const };
	return { status: 'done' as const, ...(moved.now !== undefined && { newRef: messageRef(moved.now) }) };
}

function sentence({ action, add, remove, folder, refs }: Input): string {
	const what = `${refs.length} message${refs.length === 1 ? '' : 's'}`;
	switch (action) {
		case 'flag':
			return `Mark ${what}: ${[...add.map((flag) => `+${flag}`), ...remove.map((flag) => `-${flag}`)].join(' ')}`;
		case 'move':
			return `Move ${what} to ${line(folder ?? '')}`;
		case 'delete':
			return `Delete ${what} for good`;
		default:
			return `Move ${what} to the ${action}`;
	}
}
