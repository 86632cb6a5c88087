import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { lines } from './rendering.ts';
import { PathInput, Sha256, UndoId } from './shapes.ts';

export const fsEdit = defineSkill({
	name: 'fs_edit',
	title: 'Edit a file',
	description:
		'Replaces text in a file and returns the difference. All edits are found in the file as it is and made together or not at all; every other byte, the encoding and the line endings stay. Text that is there several times is refused with the number of times, unless occurrence says which.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		path: PathInput,
		edits: z
			.array(
				z.strictObject({
					old: z.string().min(1).max(1_000_000).describe('Text as it is in the file'),
					new: z.string().max(1_000_000).describe('Text to be there instead'),
					occurrence: z.int().min(1).or(z.literal('all')).optional().describe("Which of several, from 1, or 'all'"),
				}),
			)
			.min(1)
			.max(100)
			.describe('Replacements, all of them or none'),
		expectedSha256: Sha256.optional(),
		encoding: z.string().min(1).max(40).optional().describe('Where the found one is wrong'),
		dryRun: z.boolean().default(false).describe('Only return the difference'),
	}),
	output: z.object({
		path: z.string(),
		applied: z.boolean(),
		undoId: UndoId.optional(),
		replacements: z.int(),
		diff: z.string().describe('Unified difference'),
		encoding: z.string(),
		lineEndings: z.enum(['lf', 'crlf', 'mixed', 'none']),
		tolerant: z.boolean().describe('Whitespace that differed was taken to be alike'),
		sha256: z.string().optional(),
	}),
	targets: { path: 'path' },
	confirm: 'Edit {path}?',
	examples: [
		'replace "localhost" by "example.com" in config.ini',
		'fix the typo in the first line of README.md',
		'rename the function in app.js',
	],

	run: (input, { changes }: FsShellPorts, call) => changes.edit(input, call),

	render: ({ path, applied, replacements, diff, tolerant, undoId }) =>
		lines(
			`${applied ? 'Edited' : 'Would edit'} ${visible(path)} in ${replacements === 1 ? 'one place' : `${replacements} places`}.`,
			tolerant && '[whitespace that differed was taken to be alike]',
			diff,
			undoId !== undefined && `Undo: ${undoId}`,
		),
});
