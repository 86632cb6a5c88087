import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { PathInput, UndoId } from './shapes.ts';

export const fsMkdir = defineSkill({
	name: 'fs_mkdir',
	title: 'Make a folder',
	description: 'Makes a folder, with the folders it is to be in. One that is there already is left as it is.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	idempotent: true,
	input: z.strictObject({ path: PathInput }),
	output: z.object({
		path: z.string(),
		made: z.array(z.string()).describe('Folders that were not there before'),
		undoId: UndoId.optional(),
	}),
	targets: { path: 'path' },
	confirm: 'Make the folder {path}?',
	examples: ['create a folder called archive', 'make the directory reports/2026'],

	async run({ path }, { changes }: FsShellPorts, call) {
		const { made, ...receipt } = await changes.makeFolder(path, call);
		return { ...receipt, made: [...made] };
	},

	render: ({ path, made, undoId }) =>
		made.length === 0
			? `${visible(path)} is there already.`
			: `Made ${made.map((folder) => visible(folder)).join(', ')}. Undo: ${undoId}`,
});
