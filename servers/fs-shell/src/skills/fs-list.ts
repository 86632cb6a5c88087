import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { entryLines, lines } from './rendering.ts';
import { Entry, PathInput } from './shapes.ts';

export const fsList = defineSkill({
	name: 'fs_list',
	title: 'List a folder',
	description:
		'Lists what a folder holds, a page at a time, with type, size and time. Deeper levels on request; fs_find looks everywhere by name, size or age, fs_search by content.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		path: PathInput.default('.'),
		depth: z.int().min(1).max(20).default(1).describe('Levels down'),
		glob: z.string().min(1).max(500).optional().describe('Only entries such as *.ts or src/**'),
		hidden: z.boolean().default(true).describe('Names that begin with a dot too'),
		gitignore: z.boolean().default(false).describe('Leave out what ignore files name'),
		sort: z.enum(['name', 'size', 'modified']).default('name').describe('Largest and newest first'),
		limit: z.int().min(1).max(1000).default(200).describe('Most entries'),
		cursor: z.string().max(10_000).optional().describe('nextCursor of the page before'),
	}),
	output: z.object({ folder: z.string(), entries: z.array(Entry), nextCursor: z.string().optional() }),
	targets: { path: 'path' },
	examples: [
		'list the files in this folder',
		'what is in the src directory',
		'show me the largest files here',
		'show the directory tree',
	],

	async run(input, { files }: FsShellPorts, call) {
		const { entries, ...rest } = await files.survey(input, call);
		return { ...rest, entries: [...entries] };
	},

	render: ({ entries, nextCursor }) =>
		lines(
			entries.length === 0 ? '(nothing)' : entryLines(entries),
			nextCursor !== undefined && `[more with cursor ${nextCursor}]`,
		),
});
