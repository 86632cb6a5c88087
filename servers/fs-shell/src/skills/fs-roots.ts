import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { sizeText } from './rendering.ts';

export const fsRoots = defineSkill({
	name: 'fs_roots',
	title: 'Show the folders',
	description:
		'Lists the folders this session may work in, first the one that relative paths start from, with access and free space.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({}),
	output: z.object({
		roots: z.array(
			z.object({
				path: z.string(),
				access: z.enum(['read-write', 'read-only']),
				freeBytes: z.int().optional(),
				totalBytes: z.int().optional(),
			}),
		),
	}),
	examples: ['which folders may you use', 'how much disk space is free', 'what is the current working directory'],

	async run(_input, { machine }: FsShellPorts, call) {
		return { roots: [...(await machine.roots(call))] };
	},

	render: ({ roots }) =>
		roots
			.map(
				({ path, access, freeBytes }) =>
					`${path} (${access}${freeBytes === undefined ? '' : `, ${sizeText(freeBytes)} free`})`,
			)
			.join('\n'),
});
