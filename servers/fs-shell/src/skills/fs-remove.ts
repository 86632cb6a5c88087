import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { Removal } from '../adapters/changes/remove.ts';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { sizeText } from './rendering.ts';
import { PathInput, UndoId } from './shapes.ts';

export const fsRemove = defineSkill({
	name: 'fs_remove',
	title: 'Remove',
	description:
		'Removes files, folders with all they hold, and links themselves: to a trash from which fs_undo brings them back, or forever. All of them or none.',
	effect: 'destroy',
	world: 'closed',
	input: z.strictObject({
		paths: z.array(PathInput).min(1).max(100).describe('Files and folders'),
		forever: z.boolean().default(false).describe('Not to the trash; cannot be undone'),
	}),
	output: z.object({ removed: z.array(z.string()), undoId: UndoId.optional() }),
	targets: { paths: 'path' },
	examples: ['delete old.log', 'remove the temp folder', 'throw away these two files'],

	async prepare({ paths, forever }, { changes }: FsShellPorts, call) {
		const removals = await changes.describeRemoval(paths, call);
		return {
			effect: forever ? 'destroy' : 'write',
			targets: removals.map(({ path }) => ({ kind: 'path', value: path })),
			preview: [forever ? 'Remove forever:' : 'Move to the trash:', ...removals.map(line)].join('\n'),
			reversible: !forever,
			state: removals.map(({ signature }) => signature),
		};
	},

	async run({ paths, forever }, { changes }: FsShellPorts, call) {
		const { removed, ...receipt } = await changes.remove(paths, forever, call);
		return { ...receipt, removed: [...removed] };
	},

	render: ({ removed, undoId }) =>
		`Removed ${removed.map((path) => visible(path)).join(', ')}${undoId === undefined ? ' forever' : ''}.${undoId === undefined ? '' : ` Undo: ${undoId}`}`,
});

function line({ path, kind, entries, bytes }: Removal): string {
	const held = kind === 'folder' ? ` with ${entries - 1} entries` : '';
	return `  ${visible(path)} (${kind}${held}, ${sizeText(bytes)})`;
}
