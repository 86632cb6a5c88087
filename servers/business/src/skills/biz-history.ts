import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { HistoryEntry } from '../change.ts';
import type { BusinessPorts } from '../ports.ts';
import { parseChangeRef, parseRef } from '../refs.ts';
import { connection, cursor, limit, shown } from './shapes.ts';

export const bizHistory = defineSkill({
	name: 'biz_history',
	title: 'Read what was changed',
	description:
		'Lists changes, newest first: when, by whom, by which call, and the record before and after. Of one record, of one change, of one principal, or of all.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		connection,
		ref: z.string().max(200).optional().describe('Only of this record'),
		changeId: z.string().max(200).optional().describe('Only of this change'),
		principal: z.string().max(200).optional().describe('Only by this principal'),
		limit: limit(100, 20),
		cursor,
	}),
	output: z.object({
		entries: z.array(z.looseObject({ at: z.string(), changeId: z.string() })),
		nextCursor: z.string().optional(),
	}),
	private: true,
	examples: ['who changed this contact', 'what was changed in the CRM today'],
	async run({ connection, ref, changeId, principal, limit, cursor }, { connections }: BusinessPorts, { signal }) {
		const record = ref === undefined ? undefined : parseRef(ref);
		const change = changeId === undefined ? undefined : parseChangeRef(changeId);
		const connector = connections.get(record?.connection ?? change?.connection ?? connection);
		const { entries, nextCursor } = await connector.history(
			{ record, change: change?.id, principal, limit, cursor },
			signal,
		);
		return { entries: entries.map((entry) => ({ ...entry })), ...(nextCursor !== undefined && { nextCursor }) };
	},
	render: ({ entries, nextCursor }) =>
		[
			// What `run` put there came from the connector.
			...(entries as unknown as readonly HistoryEntry[]).map(entryText),
			...(entries.length === 0 ? ['Nothing was changed.'] : []),
			...(nextCursor === undefined ? [] : [`[more with cursor ${nextCursor}]`]),
		].join('\n'),
});

function entryText({ at, what, ref, principal, call, changeId, before = {}, after = {} }: HistoryEntry): string {
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	const changed = names.filter((name) => (before[name] ?? null) !== (after[name] ?? null));
	const lines = changed.map((name) => `  ${name}: ${shown(before[name])} → ${shown(after[name])}`);
	return [`${at} ${what} ${ref} by ${principal} (call ${call}, ${changeId})`, ...lines].join('\n');
}
