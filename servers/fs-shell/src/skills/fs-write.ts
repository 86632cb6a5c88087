import { ArtifactUri, type Call, defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { sizeText } from './rendering.ts';
import { PathInput, Sha256, UndoId } from './shapes.ts';

export const fsWrite = defineSkill({
	name: 'fs_write',
	title: 'Write a file',
	description:
		'Writes text, or an artifact of this session, to a file: replaces it as a whole in one step and keeps its mode, creates it, or appends to it in its own encoding and line endings. The folder has to be there (fs_mkdir). fs_edit changes parts of a file.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		path: PathInput,
		text: z.string().max(50_000_000).optional().describe('What to write; either this or artifact'),
		artifact: ArtifactUri.optional().describe('A file of this session to save'),
		mode: z
			.enum(['overwrite', 'create', 'append'])
			.default('overwrite')
			.describe('create: only where nothing is; overwrite: there or not'),
		encoding: z.string().min(1).max(40).optional().describe('utf-8 unless given; not for append'),
		expectedSha256: Sha256.optional(),
	}),
	output: z.object({
		path: z.string(),
		undoId: UndoId,
		created: z.boolean(),
		size: z.int(),
		sha256: z.string().optional(),
	}),
	targets: { path: 'path', artifact: 'artifact' },
	confirm: 'Write {path} ({mode})?',
	examples: [
		'write a file notes.txt with a shopping list',
		'save the downloaded file as invoice.pdf',
		'add a line to the end of todo.md',
		'create a new file hello.py',
	],

	async run({ text, artifact, encoding, ...input }, { changes }: FsShellPorts, call) {
		const content = artifact === undefined ? textContent(text, encoding) : await artifactContent(artifact, text, call);
		return changes.write({ ...input, content }, call);
	},

	render: ({ path, created, size, undoId }) =>
		`${created ? 'Created' : 'Wrote'} ${visible(path)} (${sizeText(size)}). Undo: ${undoId}`,
});

function textContent(text: string | undefined, encoding: string | undefined) {
	if (text === undefined) throw new Fault('invalid_input', 'text or artifact: one of them is needed.');
	return { text, ...(encoding !== undefined && { encoding }) };
}

async function artifactContent(artifact: string, text: string | undefined, { artifacts }: Call) {
	if (text !== undefined) throw new Fault('invalid_input', 'text and artifact: give one of them.');
	return { file: (await artifacts.resolve(artifact)).path };
}
