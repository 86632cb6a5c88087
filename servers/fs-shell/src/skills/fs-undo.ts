import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { describeStep } from '../undo-steps.ts';
import { visible } from '../visible.ts';

export const fsUndo = defineSkill({
	name: 'fs_undo',
	title: 'Undo a change',
	description:
		'Takes back one change that fs_write, fs_edit, fs_move, fs_copy, fs_mkdir or fs_remove made: the one of the undoId, or the last of this session. Refused where the file was changed since, so that nothing later is lost.',
	effect: 'write',
	world: 'closed',
	input: z.strictObject({ undoId: z.string().min(1).max(100).optional().describe('From the receipt of the change') }),
	output: z.object({
		undoId: z.string(),
		skill: z.string().describe('What was taken back'),
		restored: z.array(z.string()),
	}),
	examples: ['undo the last change to the file', 'bring back the file you deleted'],

	async prepare({ undoId }, { changes }: FsShellPorts, call) {
		const { id, steps } = changes.find(undoId, call);
		const paths = new Set(steps.flatMap((step) => (step.do === 'rename' ? [step.path, step.to] : [step.path])));
		return {
			effect: 'write',
			targets: [...paths].map((path) => ({ kind: 'path', value: path })),
			preview: ['Undo:', ...steps.map((step) => `  ${visible(describeStep(step), 9000)}`)].join('\n'),
			state: id,
		};
	},

	async run({ undoId }, { changes }: FsShellPorts, call) {
		const { restored, ...receipt } = await changes.undo(undoId, call);
		return { ...receipt, restored: [...restored] };
	},

	render: ({ skill, restored }) => `Took back ${skill}: ${restored.map((path) => visible(path)).join(', ')}`,
});
