import { asFault, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { sizeText } from './rendering.ts';
import { EntryType, PathInput } from './shapes.ts';

export const fsStat = defineSkill({
	name: 'fs_stat',
	title: 'Describe files',
	description:
		'Tells type, size, time and mode of files and folders, and their SHA-256 on request. A link is described itself. A path that cannot be described is named with its reason, the others are answered.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		paths: z.array(PathInput).min(1).max(100).describe('Files and folders'),
		sha256: z.boolean().default(false).describe('Hash of the content of regular files'),
	}),
	output: z.object({
		entries: z.array(
			z.object({
				path: z.string(),
				type: EntryType.optional(),
				size: z.int().optional(),
				modified: z.string().optional(),
				mode: z.string().optional(),
				target: z.string().optional(),
				sha256: z.string().optional(),
				problem: z.string().optional().describe('Why this one is not described'),
			}),
		),
	}),
	targets: { paths: 'path' },
	examples: ['how big is report.pdf', 'when was config.json last changed', 'give me the checksum of backup.zip'],

	async run({ paths, sha256 }, { files }: FsShellPorts, call) {
		const describe = async (path: string) => {
			try {
				return await files.info(path, sha256, call);
			} catch (error) {
				call.signal.throwIfAborted();
				const { kind, message } = asFault(error);
				// The only one asked for fails as a whole.
				if (paths.length === 1 || kind === 'internal') throw error;
				return { path, problem: `${kind}: ${message}` };
			}
		};
		const entries = [];
		for (const path of paths) entries.push(await describe(path));
		return { entries };
	},

	render: ({ entries }) =>
		entries
			.map(({ path, type, size, modified, mode, target, sha256, problem }) =>
				[
					visible(path),
					problem,
					type,
					type === 'file' && size !== undefined && `${sizeText(size)} (${size} bytes)`,
					modified !== undefined && `changed ${modified}`,
					mode !== undefined && `mode ${mode}`,
					target !== undefined && `-> ${visible(target)}`,
					sha256 !== undefined && `sha256 ${sha256}`,
				]
					.filter(Boolean)
					.join(', '),
			)
			.join('\n'),
});
