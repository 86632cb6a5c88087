import { z } from 'zod';

/** What a script says of itself in the comment at its top. */
export interface ScriptHeader {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly effect: 'read' | 'write' | 'execute' | 'send' | 'destroy';
	readonly input: z.ZodObject;
	/** Inputs that are paths: they must lie inside the roots and arrive as real paths. */
	readonly paths: readonly string[];
	readonly examples: readonly string[];
	readonly timeoutMs: number;
	readonly hasNetwork: boolean;
	readonly isSandboxed: boolean;
}

const Effect = z.enum(['read', 'write', 'execute', 'send', 'destroy']);

const comment = /^\s*(?:#+|\/\/+|--+|;+|\/?\*+)?\s?(.*?)\s*(?:\*\/)?$/;
const tag = /^@(\w+)(?:\s+(.*))?$/;
const parameter = /^\{([^}]+)\}\s+(?:(\w+)|\[(\w+)(?:=(.*))?\])\s*(?:-\s*)?(.*)$/;
const scriptName = /^[a-z0-9]+(_[a-z0-9]+)*$/;

/** Reads a script's header; a sentence says what is wrong with one that cannot be used. */
export function readScriptHeader(text: string, fileName: string): ScriptHeader | string {
	const tags = tagsOf(text);
	const one = (name: string): string | undefined => tags.findLast(([found]) => found === name)?.[1];
	const all = (name: string): string[] => tags.flatMap(([found, value]) => (found === name ? [value] : []));
	const description = one('description');
	if (description === undefined || description === '') return 'It has no @description.';
	const name = one('name') ?? nameFrom(fileName);
	if (!scriptName.test(name) || name.length > 33)
		return '@name is lower-case words joined by _, at most 33 characters.';
	const effect = Effect.safeParse(one('effect') ?? 'execute');
	if (!effect.success) return `@effect is one of ${Effect.options.join(', ')}.`;
	const timeout = z.coerce
		.number()
		.min(0.1)
		.max(3600)
		.safeParse(one('timeout') ?? 60);
	if (!timeout.success) return '@timeout is a number of seconds up to 3600.';
	const sandbox = one('sandbox') ?? 'on';
	if (sandbox !== 'on' && sandbox !== 'off') return '@sandbox is on or off.';
	const input = inputOf(one('input'), all('param'));
	if (typeof input === 'string') return input;
	const title = one('title') ?? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
	return {
		name,
		title: title.slice(0, 100),
		description: description.slice(0, 600),
		effect: effect.data,
		...input,
		examples: all('example').length > 0 ? all('example') : [title.toLowerCase(), `run the script ${name}`],
		timeoutMs: timeout.data * 1000,
		hasNetwork: tags.some(([found, value]) => found === 'network' && value !== 'off'),
		isSandboxed: sandbox === 'on',
	};
}

/** The tags of the first comment block; a line without one goes on with the tag before it. */
function tagsOf(text: string): (readonly [string, string])[] {
	const tags: [string, string][] = [];
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		if (index === 0 && line.startsWith('#!')) continue;
		const isComment = /^\s*(#|\/\/|\/?\*|--|;)/.test(line);
		if (!isComment && (line.trim() !== '' || tags.length > 0)) break;
		const words = comment.exec(line)?.[1]?.trim() ?? '';
		const [, name, value = ''] = tag.exec(words) ?? [];
		const last = tags.at(-1);
		if (name !== undefined) tags.push([name, value]);
		else if (last !== undefined && words !== '' && words !== '/') last[1] = `${last[1]} ${words}`.trim();
	}
	return tags;
}

function nameFrom(fileName: string): string {
	return fileName
		.replace(/\.[^.]*$/, '')
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '_')
		.replaceAll(/^_+|_+$/g, '');
}

type Input = Pick<ScriptHeader, 'input' | 'paths'>;
type JsonSchema = Record<string, unknown>;

function inputOf(whole: string | undefined, params: readonly string[]): Input | string {
	if (whole !== undefined && params.length > 0) return 'It has both @input and @param.';
	const properties: Record<string, JsonSchema> = {};
	const required: string[] = [];
	const paths: string[] = [];
	for (const text of params) {
		const [, type = '', needed, optional, fallback, about] = parameter.exec(text) ?? [];
		const name = needed ?? optional;
		const schema = name === undefined ? undefined : schemaOf(type);
		if (name === undefined || schema === undefined)
			return `@param ${text.slice(0, 60)} is not {type} name - what it is.`;
		const preset = fallback === undefined ? {} : { default: presetOf(fallback, schema) };
		properties[name] = { ...schema, ...preset, ...(about && { description: about }) };
		if (needed !== undefined) required.push(name);
		if (type === 'path') paths.push(name);
	}
	if (whole === undefined)
		return compiled({ type: 'object', properties, required, additionalProperties: false }, paths);
	try {
		return compiled(z.record(z.string(), z.unknown()).parse(JSON.parse(whole)), paths);
	} catch {
		return '@input is not a JSON Schema in JSON.';
	}
}

/** The schema of one type: a name, a list of it, or the words it may be. */
function schemaOf(type: string): JsonSchema | undefined {
	if (type.endsWith('[]')) {
		const items = schemaOf(type.slice(0, -2));
		return items === undefined ? undefined : { type: 'array', items };
	}
	if (type === 'path') return { type: 'string', minLength: 1 };
	if (['string', 'number', 'integer', 'boolean'].includes(type)) return { type };
	return type.includes('|') ? { type: 'string', enum: type.split('|').map((word) => word.trim()) } : undefined;
}

function presetOf(text: string, { type }: JsonSchema): unknown {
	if (type === 'string') return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function compiled(schema: JsonSchema, paths: readonly string[]): Input | string {
	try {
		const input = z.fromJSONSchema({ additionalProperties: false, ...schema } as never);
		return input instanceof z.ZodObject ? { input, paths } : '@input is not a schema of type object.';
	} catch {
		return 'Its inputs are not a JSON Schema that can be read.';
	}
}
