import { asFault, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { Account, Query, Summary } from '../account.ts';
import { candidatesFor, isAmbiguous, type Sighting } from '../contacts.ts';
import type { MessagingPorts } from '../ports.ts';
import { chosen, type PartialFailure } from '../search.ts';
import { AccountId, OneLine, PartialFailures, renderFailures } from '../shapes.ts';

export const contactsResolve = defineSkill({
	name: 'contacts_resolve',
	title: 'Find an address by name',
	description:
		'Finds the e-mail addresses that a name may mean, from the people in past messages, likeliest first, with when there was last contact. `ambiguous` says that a human should choose.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	private: true,
	input: z.strictObject({
		name: OneLine.min(2).max(100).describe('A name, part of one, or an address'),
		accounts: z.array(AccountId).max(20).optional().describe('Accounts to look in; all where absent'),
		limit: z.int().min(1).max(20).default(5).describe('Most people'),
	}),
	output: z.object({
		candidates: z.array(
			z.object({
				name: z.string(),
				address: z.string(),
				source: z.literal('headers'),
				lastContact: z.string(),
				messages: z.int(),
				score: z.number(),
			}),
		),
		ambiguous: z.boolean(),
		partialFailures: PartialFailures,
	}),
	targets: { accounts: 'account' },
	examples: ["what is Ada's e-mail address", 'find the address of Bob Miller'],
	async run({ name, accounts: ids, limit }, { accounts }: MessagingPorts, { signal }) {
		const wanted = chosen(accounts.all, (id) => accounts.get(id), ids);
		const partialFailures: PartialFailure[] = [];
		const sightings = await Promise.all(
			wanted.map(async (account) => {
				try {
					return await sightingsIn(account, name, signal);
				} catch (error) {
					const { kind, message } = asFault(error);
					partialFailures.push({ account: account.id, fault: kind, message });
					return [];
				}
			}),
		);
		signal.throwIfAborted();
		const own = accounts.all.flatMap((account) => account.own);
		const candidates = candidatesFor(name, sightings.flat(), own);
		return {
			candidates: candidates.slice(0, limit).map((candidate) => ({ ...candidate, source: 'headers' as const })),
			ambiguous: isAmbiguous(candidates),
			partialFailures,
		};
	},
	render: ({ candidates, ambiguous, partialFailures }) =>
		[
			...(candidates.length === 0 ? ['Nobody of that name was found.'] : []),
			...candidates.map(
				({ name, address, messages, lastContact }) =>
					`${name} <${address}>: ${messages} messages, last ${lastContact.slice(0, 10)}`,
			),
			...(ambiguous ? ['[several are likely: ask which one]'] : []),
			...renderFailures(partialFailures),
		].join('\n'),
});

/** How many messages on either side are looked at. */
const mostMessages = 50;

async function sightingsIn(account: Account, name: string, signal: AbortSignal): Promise<Sighting[]> {
	// Servers find a part of a header; the longest word is the most telling one.
	const word = name.split(/\s+/).toSorted((a, b) => b.length - a.length)[0] ?? name;
	const received = await found(account, 'inbox', { from: word }, signal);
	const sent = await found(account, 'sent', { to: word }, signal);
	return [
		...received.flatMap(({ from, date }) => from.map((who) => ({ who, date, written: false }))),
		...sent.flatMap(({ to, cc, date }) => [...to, ...cc].map((who) => ({ who, date, written: true }))),
	];
}

async function found(account: Account, folder: string, query: Query, signal: AbortSignal): Promise<readonly Summary[]> {
	try {
		return (await account.search(folder, query, { limit: mostMessages }, signal)).items;
	} catch (error) {
		// An account need not have a folder for what was sent.
		if (asFault(error).kind === 'not_found') return [];
		throw error;
	}
}
