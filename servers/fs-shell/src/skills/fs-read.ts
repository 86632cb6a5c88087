import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';

export const fsRead = defineSkill({
	name: 'fs_read',
	title: 'Read a file',
	description: 'Returns the text of one file.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ path: z.string().min(1) }),
	output: z.object({ path: z.string(), text: z.string() }),
	targets: { path: 'path' },
	examples: ['read README.md'],
	async run({ path }, { files }: FsShellPorts, { roots, signal }) {
		return { path, text: await files.read(path, roots, signal) };
	},
	render: ({ text }) => text,
});
