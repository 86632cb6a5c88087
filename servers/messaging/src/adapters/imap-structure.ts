import type { MessageStructureObject } from 'imapflow';
import type { Part } from '../account.ts';
import { contentType, fileName } from '../line.ts';

/** A text of a message that is read as such. */
export interface TextPart {
	/** What IMAP calls it: `1.2`, or `TEXT` where the message is nothing else. */
	readonly section: string;
	readonly type: 'text/plain' | 'text/html';
	readonly charset: string;
	readonly encoding: string;
	readonly size: number;
}

export interface Structure {
	readonly texts: readonly TextPart[];
	readonly attachments: readonly Part[];
}

const mostTexts = 10;
const mostAttachments = 200;

/** What a message consists of, by its BODYSTRUCTURE; a message inside it is an attachment and stays closed. */
export function structureOf(root: MessageStructureObject | undefined): Structure {
	const texts: TextPart[] = [];
	const attachments: Part[] = [];
	const open = root === undefined ? [] : [root];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		const type = (node.type ?? '').toLowerCase();
		if (type.startsWith('multipart/')) {
			open.push(...(node.childNodes ?? []).toReversed());
			continue;
		}
		const text = textOf(node, type);
		if (text !== undefined && texts.length < mostTexts) texts.push(text);
		else if (attachments.length < mostAttachments) attachments.push(attachmentOf(node, type));
	}
	return { texts, attachments };
}

function textOf(node: MessageStructureObject, type: string): TextPart | undefined {
	if (type !== 'text/plain' && type !== 'text/html') return undefined;
	if (node.disposition?.toLowerCase() === 'attachment' || nameOf(node) !== '') return undefined;
	return {
		section: node.part ?? 'TEXT',
		type,
		charset: node.parameters?.charset ?? '',
		encoding: node.encoding ?? '7bit',
		size: node.size ?? 0,
	};
}

function attachmentOf(node: MessageStructureObject, type: string): Part {
	const encoded = node.encoding?.toLowerCase() === 'base64';
	const size = node.size ?? 0;
	return {
		part: node.part ?? '1',
		name: fileName(nameOf(node), type === 'message/rfc822' ? 'message.eml' : 'attachment'),
		type: contentType(type),
		// BODYSTRUCTURE counts the encoded form, whose lines of 76 digits stand for 57 bytes.
		size: encoded ? Math.round((size * 57) / 78) : size,
	};
}

function nameOf({ dispositionParameters, parameters }: MessageStructureObject): string {
	return dispositionParameters?.filename ?? parameters?.name ?? '';
}
