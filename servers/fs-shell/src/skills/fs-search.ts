import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { lines } from './rendering.ts';
import { PathInput } from './shapes.ts';

export const fsSearch = defineSkill({
	name: 'fs_search',
	title: 'Search in files',
	description:
		'Searches the text of files below a folder, or of one file, for a regular expression or plain text, and returns the matching lines. Binary files, hidden files and what ignore files name are left out unless asked for; fs_find looks for names.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		path: PathInput.default('.'),
		pattern: z.string().min(1).max(2000).describe('Regular expression, within one line'),
		literal: z.boolean().default(false).describe('The pattern is the text itself'),
		case: z
			.enum(['smart', 'sensitive', 'insensitive'])
			.default('smart')
			.describe('smart: sensitive if it has capitals'),
		glob: z.string().min(1).max(500).optional().describe('Only files such as *.ts or src/**/*.md'),
		hidden: z.boolean().default(false).describe('Files that begin with a dot too'),
		gitignore: z.boolean().default(true).describe('Leave out what ignore files name'),
		context: z.int().min(0).max(10).default(0).describe('Lines before and after each match'),
		limit: z.int().min(1).max(500).default(50).describe('Most matches'),
		cursor: z.string().max(10_000).optional().describe('nextCursor of the page before'),
	}),
	output: z.object({
		matches: z.array(
			z.object({
				path: z.string(),
				line: z.int(),
				text: z.string(),
				before: z.array(z.string()).optional(),
				after: z.array(z.string()).optional(),
			}),
		),
		total: z.int().describe('Matching lines on all pages'),
		isComplete: z.boolean().describe('False where there may be more than total'),
		nextCursor: z.string().optional(),
	}),
	targets: { path: 'path' },
	examples: [
		'search for TODO in the source files',
		'which files mention the invoice number 4711',
		'grep for "listen(" in this project',
	],

	async run(input, { files }: FsShellPorts, call) {
		const { matches, ...rest } = await files.search(input, call);
		return {
			...rest,
			matches: matches.map(({ before = [], after = [], ...match }) => ({ ...match, ...context(before, after) })),
		};
	},

	render: ({ matches, total, isComplete, nextCursor }) =>
		lines(
			total === 0 && 'Nothing matches.',
			...matches.flatMap(({ path, line, text, before = [], after = [] }) => [
				...before.map((other, index) => `${visible(path)}-${line - before.length + index}-${other}`),
				`${visible(path)}:${line}:${text}`,
				...after.map((other, index) => `${visible(path)}-${line + index + 1}-${other}`),
			]),
			!isComplete && '[not everything was searched]',
			nextCursor !== undefined && `[${total} lines match; more with cursor ${nextCursor}]`,
		),
});

function context(before: readonly string[], after: readonly string[]) {
	if (before.length + after.length === 0) return {};
	return { before: [...before], after: [...after] };
}
