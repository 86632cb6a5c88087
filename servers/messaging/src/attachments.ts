import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Call, Fault } from '@switchboard/kit';
import type { StoredMessage } from './account.ts';
import { fileName } from './line.ts';
import type { MessagingPorts, OutgoingAttachment } from './ports.ts';

/** SHA-256 in hex, under which an attachment or a draft is the same wherever it turns up. */
export function hashOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** The files a draft carries: artifacts, whose content must be what their names say, and what a forwarded message carried. */
export async function attachmentsOf(
	uris: readonly string[],
	forwarded: StoredMessage | undefined,
	ports: MessagingPorts,
	call: Call,
): Promise<OutgoingAttachment[]> {
	const attachments: OutgoingAttachment[] = [];
	let size = 0;
	const add = (attachment: OutgoingAttachment): void => {
		size += attachment.content.byteLength;
		if (size > ports.attachmentLimit) throw tooLarge(ports.attachmentLimit);
		attachments.push(attachment);
	};
	for (const uri of new Set(uris)) {
		const { path, sha256, size: expected, name, mimeType } = await call.artifacts.resolve(uri);
		if (size + expected > ports.attachmentLimit) throw tooLarge(ports.attachmentLimit);
		const content = await readFile(path, { signal: call.signal });
		if (hashOf(content) !== sha256)
			throw new Fault('conflict', `The content of artifact ${sha256} is not what its name says.`);
		add({ name: fileName(name), type: mimeType, content });
	}
	if (forwarded === undefined) return attachments;
	const { at, parts } = forwarded;
	for (const part of parts) {
		const content = await ports.accounts
			.get(at.account)
			.attachment(at, part.part, (_, stream) => collect(stream, ports.attachmentLimit), call.signal);
		add({ name: part.name, type: part.type, content });
	}
	return attachments;
}

async function collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.byteLength;
		if (size > limit) throw tooLarge(limit);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function tooLarge(limit: number): Fault {
	return new Fault('too_large', `The attachments come to more than ${limit} bytes, the most one mail may carry.`, {
		hint: 'Attach fewer or smaller files; the limit is the setting attachmentMegabytes.',
	});
}
