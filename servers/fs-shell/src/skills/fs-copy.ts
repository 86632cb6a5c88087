import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { PathInput, UndoId } from './shapes.ts';

export const fsCopy = defineSkill({
	name: 'fs_copy',
	title: 'Copy',
	description:
		'Copies a file, or a folder with all it holds, to a whole new path, where it appears when it is complete. Links inside a folder are copied as links. Nothing is written over unless overwrite says so, and then a file alone.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		from: PathInput,
		to: PathInput.describe('The new path, its last name included'),
		overwrite: z.boolean().default(false).describe('Replace what is there'),
	}),
	output: z.object({ from: z.string(), to: z.string(), overwrote: z.boolean(), undoId: UndoId }),
	targets: { from: 'path', to: 'path' },
	confirm: 'Copy {from} to {to}?',
	examples: ['copy config.json to config.backup.json', 'duplicate the templates folder'],

	run: (input, { changes }: FsShellPorts, call) => changes.copy(input, call),

	render: ({ from, to, undoId }) => `Copied ${visible(from)} to ${visible(to)}. Undo: ${undoId}`,
});
