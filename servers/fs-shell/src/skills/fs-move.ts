import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { PathInput, UndoId } from './shapes.ts';

export const fsMove = defineSkill({
	name: 'fs_move',
	title: 'Move or rename',
	description:
		'Moves or renames a file, a folder, or a link itself, to a whole new path. Nothing is written over unless overwrite says so, and then a file alone.',
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
	confirm: 'Move {from} to {to}?',
	examples: ['rename draft.txt to final.txt', 'move the photos into the album folder'],

	run: (input, { changes }: FsShellPorts, call) => changes.move(input, call),

	render: ({ from, to, undoId }) => `Moved ${visible(from)} to ${visible(to)}. Undo: ${undoId}`,
});
