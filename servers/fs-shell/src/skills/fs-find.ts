import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { entryLines, lines } from './rendering.ts';
import { Entry, EntryType, PathInput } from './shapes.ts';

export const fsFind = defineSkill({
	name: 'fs_find',
	title: 'Find files',
	description:
		'Finds files and folders below a folder by name, type, size or age, at every depth. What ignore files name is left out unless asked for; fs_search looks inside files.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		path: PathInput.default('.'),
		glob: z.string().min(1).max(500).optional().describe('*.pdf for a name anywhere, docs/**/*.md for a path'),
		type: EntryType.optional().describe('Only entries of this kind'),
		minSize: z.int().min(0).optional().describe('Bytes'),
		maxSize: z.int().min(0).optional().describe('Bytes'),
		modifiedAfter: z.string().max(40).optional().describe('ISO 8601 date or time'),
		modifiedBefore: z.string().max(40).optional().describe('ISO 8601 date or time'),
		hidden: z.boolean().default(false).describe('Names that begin with a dot too'),
		gitignore: z.boolean().default(true).describe('Leave out what ignore files name'),
		sort: z.enum(['name', 'size', 'modified']).default('name').describe('Largest and newest first'),
		limit: z.int().min(1).max(1000).default(100).describe('Most paths'),
		cursor: z.string().max(10_000).optional().describe('nextCursor of the page before'),
	}),
	output: z.object({ folder: z.string(), entries: z.array(Entry), nextCursor: z.string().optional() }),
	targets: { path: 'path' },
	examples: [
		'find all PDF files',
		'where is the file called budget.xlsx',
		'find files larger than 10 MB',
		'which files changed since yesterday',
	],

	async run({ modifiedAfter, modifiedBefore, ...input }, { files }: FsShellPorts, call) {
		const ages = {
			modifiedAfter: timeOf('modifiedAfter', modifiedAfter),
			modifiedBefore: timeOf('modifiedBefore', modifiedBefore),
		};
		const { entries, ...rest } = await files.survey({ ...input, ...ages, depth: Number.POSITIVE_INFINITY }, call);
		return { ...rest, entries: [...entries] };
	},

	render: ({ entries, nextCursor }) =>
		lines(
			entries.length === 0 ? 'Nothing matches.' : entryLines(entries),
			nextCursor !== undefined && `[more with cursor ${nextCursor}]`,
		),
});

function timeOf(input: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const time = Date.parse(text);
	if (!Number.isNaN(time)) return time;
	throw new Fault('invalid_input', `${input}: is not a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z.`);
}
