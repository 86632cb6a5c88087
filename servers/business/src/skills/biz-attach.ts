import { ArtifactUri, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { parseRef } from '../refs.ts';
import { byOf, ref } from './shapes.ts';

export const bizAttach = defineSkill({
	name: 'biz_attach',
	title: 'Attach a file to a record',
	description:
		'Keeps a copy of an artifact beside a record, under the same SHA-256; it stays when the session ends. biz_get lists and returns attachments.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		ref,
		uri: ArtifactUri.describe('The file, switchboard://artifact/…'),
		name: z.string().min(1).max(255).optional().describe('File name, where the artifact’s own does not fit'),
	}),
	output: z.object({
		ref: z.string(),
		name: z.string(),
		sha256: z.string(),
		size: z.number(),
		changeId: z.string().optional(),
	}),
	targets: { ref: 'record', uri: 'artifact' },
	confirm: 'Attach {uri} to {ref}?',
	examples: ['attach the downloaded PDF to the contact', 'put that file on the invoice'],
	async run({ ref, uri, name }, { connections }: BusinessPorts, call) {
		const id = parseRef(ref);
		const artifact = await call.artifacts.resolve(uri);
		const { path, sha256, size, mimeType, source, origin } = artifact;
		const file = { path, sha256, size, mimeType, source, origin, name: name ?? artifact.name };
		const { changeId, attachment } = await connections.get(id.connection).attach(id, file, byOf(call), call.signal);
		return {
			ref,
			name: attachment.name,
			sha256: attachment.sha256,
			size: attachment.size,
			...(changeId !== undefined && { changeId }),
		};
	},
	render: ({ ref, name, sha256, size, changeId }) =>
		`${name} (${size} bytes, sha256 ${sha256}) is attached to ${ref}.${changeId === undefined ? ' It was before.' : ` Undo with biz_undo ${changeId}`}`,
});
