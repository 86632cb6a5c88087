import { type Call, defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import type { OpenedFile } from '../adapters/reader.ts';
import type { FsShellPorts } from '../ports.ts';
import { lines, sizeText } from './rendering.ts';
import { PathInput } from './shapes.ts';

/** Most bytes of an image that is shown, and of another file that becomes an Artifact unasked. */
const imageLimit = 4 * 1024 * 1024;
const unaskedLimit = 25 * 1024 * 1024;

const images = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

const firstPart = { characters: 20_000, lines: 1000, bytes: 20_000 } as const;

export const fsRead = defineSkill({
	name: 'fs_read',
	title: 'Read a file',
	description:
		"Returns the text of a file, a part at a time: by characters, lines or bytes, from an offset that counts from the end where it is negative. Encoding and line endings are found and told. Images are shown; other binary files, and any file with as: 'artifact', become an artifact that other Skills take, such as to attach it to a message.",
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		path: PathInput,
		unit: z.enum(['characters', 'lines', 'bytes']).default('characters').describe('What offset and limit count'),
		offset: z.int().default(0).describe('-20 with unit lines: the last 20 lines'),
		limit: z.int().min(1).max(100_000).optional().describe('Most of that unit'),
		encoding: z.string().min(1).max(40).optional().describe('Where the found one is wrong'),
		as: z.enum(['auto', 'text', 'artifact']).default('auto').describe('artifact: the whole file, to hand on'),
	}),
	output: z.object({
		path: z.string(),
		kind: z.enum(['text', 'image', 'artifact']),
		size: z.int(),
		mimeType: z.string(),
		text: z.string().optional(),
		encoding: z.string().optional(),
		lineEndings: z.enum(['lf', 'crlf', 'mixed', 'none']).optional(),
		nextOffset: z.int().optional().describe('Where the next part begins, in the same unit'),
		nextByte: z.int().optional().describe('The same in bytes, the fastest way on in a large file'),
		cutLine: z.boolean().optional().describe('A line too long to be given whole is cut'),
		undecodable: z.boolean().optional().describe('Some bytes are not of this encoding; \\ufffd stands for them'),
		artifact: z.string().optional(),
		sha256: z.string().optional(),
	}),
	targets: { path: 'path' },
	examples: [
		'read README.md',
		'show me the last 20 lines of server.log',
		'open the picture logo.png',
		'attach report.pdf: make it an artifact',
	],

	async run({ path, unit, offset, limit, encoding, as }, { files }: FsShellPorts, call) {
		await using file = await files.open(path, encoding, call);
		if (as === 'artifact') return await toArtifact(file, call);
		if (file.text !== undefined) {
			const { isCut, ...slice } = await file.text.read({ unit, offset, limit: limit ?? firstPart[unit] });
			const { encoding: name, lineEndings } = file.text;
			const odd = { ...(isCut && { cutLine: true }), ...(slice.text.includes('\ufffd') && { undecodable: true }) };
			return { ...about(file, 'text'), ...slice, encoding: name, lineEndings, ...odd };
		}
		if (as === 'text') {
			throw new Fault('unsupported', `${file.shown} is not text but ${file.mimeType}.`, {
				hint: "as: 'artifact' hands it on as it is.",
			});
		}
		if (images.has(file.mimeType) && file.size <= imageLimit) {
			call.attach({ type: 'image', data: (await file.bytes()).toString('base64'), mimeType: file.mimeType });
			return about(file, 'image');
		}
		if (file.size <= unaskedLimit) return await toArtifact(file, call);
		throw new Fault('too_large', `${file.shown} is not text and has ${file.size} bytes.`, {
			hint: "as: 'artifact' hands it on as it is.",
		});
	},

	render: ({ kind, text = '', mimeType, size, nextOffset, nextByte, cutLine, undecodable, encoding, artifact }) => {
		if (kind === 'image') return `Image, ${mimeType}, ${sizeText(size)}.`;
		if (kind === 'artifact') return `${mimeType}, ${sizeText(size)}, as ${artifact}`;
		return lines(
			text,
			cutLine && `[a line is cut; go on within it with unit: 'bytes']`,
			undecodable && `[some bytes are not ${encoding}]`,
			nextOffset !== undefined &&
				`[more from offset ${nextOffset}${nextByte === undefined ? '' : `, byte ${nextByte}`}]`,
		);
	},
});

function about({ path, size, mimeType }: OpenedFile, kind: 'text' | 'image') {
	return { path, kind, size, mimeType };
}

async function toArtifact({ path, name, size, mimeType, stream }: OpenedFile, { artifacts }: Call) {
	const { uri, sha256 } = await artifacts.put(stream(), { name, mimeType, source: 'own' });
	return { path, kind: 'artifact' as const, size, mimeType, artifact: uri, sha256 };
}
