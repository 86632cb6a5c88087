import { createHash } from 'node:crypto';
import { Fault } from '@switchboard/kit';
import { isObject, objectOf, stringOf } from './json.ts';
import type { Body } from './operation.ts';
import { isJsonType, resolved, type Schema } from './schema.ts';
import { queryPairs, textOf } from './style.ts';

/** A file that goes into a request. */
export interface FilePart {
	readonly uri: string;
	readonly name: string;
	readonly mimeType: string;
	readonly sha256: string;
	readonly bytes: Buffer;
}

export type OpenFile = (uri: string) => Promise<FilePart>;

export interface BuiltBody {
	readonly contentType: string;
	readonly bytes: Buffer;
	/** The bytes as a human reads them: text as it is, a file by name, size and SHA-256. */
	readonly shown: string;
	readonly files: readonly FilePart[];
}

const artifact = /^switchboard:\/\/artifact\/[0-9a-f]{64}$/;

export async function buildBody(
	body: Body,
	definitions: Readonly<Record<string, Schema>>,
	value: unknown,
	open: OpenFile,
): Promise<BuiltBody> {
	const { mediaType, kind } = body;
	switch (kind) {
		case 'json':
			return ofText(isJsonType(mediaType) ? mediaType : 'application/json', visibleJson(value));
		case 'form':
			return ofText(mediaType, formText(body, value));
		case 'text':
			return ofText(mediaType, textOf(value));
		case 'multipart':
			return multipart(body, definitions, value, open);
		case 'binary': {
			const file = await open(textOf(value));
			const contentType = mediaType.includes('*') ? file.mimeType : mediaType;
			return { contentType, bytes: file.bytes, shown: shownFile(file), files: [file] };
		}
	}
}

function ofText(contentType: string, text: string): BuiltBody {
	return { contentType, bytes: Buffer.from(text), shown: visible(text), files: [] };
}

const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escaped(sign: string): string {
	return [...Array(sign.length).keys()]
		.map((index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`)
		.join('');
}

/** What a reader would not see is escaped, which JSON allows: so what is shown is what is sent. */
function visibleJson(value: unknown): string {
	return JSON.stringify(value ?? null).replaceAll(hidden, escaped);
}

/** Text has no escapes of its own: it is sent as it is, and shown with what is hidden made visible. */
function visible(text: string): string {
	return text.replaceAll(hidden, (sign) => (sign === '\n' || sign === '\t' ? sign : escaped(sign)));
}

/** `application/x-www-form-urlencoded`: spaces are `+`, each field by its own encoding. */
function formText({ encoding }: Body, value: unknown): string {
	return Object.entries(objectOf(value))
		.flatMap(([name, field]) => {
			const { style, explode, allowReserved } = objectOf(encoding[name]);
			const by = stringOf(style) ?? 'form';
			const isStyled = style !== undefined || explode !== undefined || Array.isArray(field);
			return queryPairs(
				{
					name,
					style: by,
					explode: typeof explode === 'boolean' ? explode : by === 'form',
					allowReserved: allowReserved === true,
				},
				isStyled ? field : textOf(field),
			);
		})
		.map(([name, field]) => `${name}=${field}`.replaceAll('%20', '+'))
		.join('&');
}

interface Part {
	readonly head: string;
	readonly bytes: Buffer;
	readonly shown: string;
}

async function multipart(
	{ mediaType, encoding, schema }: Body,
	definitions: Readonly<Record<string, Schema>>,
	value: unknown,
	open: OpenFile,
): Promise<BuiltBody> {
	const parts: Part[] = [];
	const files: FilePart[] = [];
	const properties = objectOf(resolved(schema, definitions).properties);
	for (const [name, held] of Object.entries(objectOf(value))) {
		const isJson = isObject(held) || (Array.isArray(held) && held.some(isObject));
		const wanted = typeOf(stringOf(objectOf(encoding[name]).contentType), resolved(properties[name], definitions));
		for (const item of Array.isArray(held) && !isJson ? held : [held]) {
			if (typeof item === 'string' && artifact.test(item)) {
				const file = await open(item);
				files.push(file);
				parts.push({
					head: partHead(name, wanted ?? file.mimeType, file.name),
					bytes: file.bytes,
					shown: shownFile(file),
				});
				continue;
			}
			const text = isJson ? visibleJson(item) : textOf(item);
			parts.push({
				head: partHead(name, wanted ?? (isJson ? 'application/json' : undefined)),
				bytes: Buffer.from(text),
				shown: visible(text),
			});
		}
	}
	return joined(mediaType, parts, files);
}

/** The first media type that is one, where the document names several or a range. */
function typeOf(encoded: string | undefined, { contentMediaType }: Schema): string | undefined {
	const named = encoded?.split(',').map((type) => type.trim()) ?? [stringOf(contentMediaType) ?? ''];
	return named.find((type) => /^[\w.+-]+\/[\w.+-]+$/.test(type) && type !== 'application/octet-stream');
}

function partHead(name: string, contentType: string | undefined, filename?: string): string {
	const file = filename === undefined ? '' : `; filename="${quotable(filename)}"`;
	const type = contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`;
	return `Content-Disposition: form-data; name="${quotable(name)}"${file}${type}`;
}

/** As browsers write names into a part's head: nothing in them can end it. */
function quotable(text: string): string {
	return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The boundary follows from the content, so that the same request is the same bytes, and it does not occur in them. */
function joined(mediaType: string, parts: readonly Part[], files: readonly FilePart[]): BuiltBody {
	if (parts.length === 0) throw new Fault('invalid_input', 'The body has no part.');
	const hash = createHash('sha256');
	for (const { head, bytes } of parts) hash.update(head).update('\0').update(bytes).update('\0');
	const boundary = `switchboard-${hash.digest('hex').slice(0, 40)}`;
	const chunks = parts.flatMap(({ head, bytes }) => [
		Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
		bytes,
		Buffer.from('\r\n'),
	]);
	return {
		contentType: `${mediaType}; boundary=${boundary}`,
		bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
		shown: [
			...parts.flatMap(({ head, shown }) => [`--${boundary}`, head.replaceAll('\r\n', '\n'), '', shown]),
			`--${boundary}--`,
		].join('\n'),
		files,
	};
}

function shownFile({ name, bytes, sha256 }: FilePart): string {
	return `[file ${JSON.stringify(name)}, ${bytes.length} bytes, sha256 ${sha256}]`;
}
