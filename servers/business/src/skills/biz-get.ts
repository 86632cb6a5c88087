import { createReadStream } from 'node:fs';
import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BusinessPorts } from '../ports.ts';
import { parseRef } from '../refs.ts';
import { Fields, ref } from './shapes.ts';

export const bizGet = defineSkill({
	name: 'biz_get',
	title: 'Read a record',
	description:
		'Returns one record with all its fields, its version and the list of its attachments; with `files`, the attachments themselves as artifacts.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		ref,
		fields: z.array(z.string().max(120)).max(60).optional().describe('Only these; relations followed: company.name'),
		files: z.boolean().default(false).describe('Hand over the attachments as artifacts'),
	}),
	output: z.object({
		ref: z.string(),
		version: z.string(),
		values: Fields,
		attachments: z.array(z.looseObject({ name: z.string(), sha256: z.string() })),
	}),
	targets: { ref: 'record' },
	private: true,
	examples: ['show me the record crm:contact:k3v9', 'open that invoice and hand me its attachments'],
	async run({ ref, fields, files }, { connections }: BusinessPorts, { signal, artifacts }) {
		const id = parseRef(ref);
		const connector = connections.get(id.connection);
		const record = await connector.get(id, fields, signal);
		const attachments = [];
		for (const { source, ...attachment } of record.attachments) {
			if (!files) {
				attachments.push(attachment);
				continue;
			}
			const { path } = await connector.content(id, attachment.sha256);
			const { name, mimeType, origin } = attachment;
			const { uri } = await artifacts.put(createReadStream(path), {
				name,
				mimeType,
				source,
				...(origin !== undefined && { origin }),
			});
			attachments.push({ ...attachment, uri });
		}
		return { ref: record.ref, version: record.version, values: record.values, attachments };
	},
});
