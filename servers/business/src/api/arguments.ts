import { isObject, objectOf } from './json.ts';
import type { Body, Operation } from './operation.ts';
import { isBinary, resolved, type Schema } from './schema.ts';

type Definitions = Readonly<Record<string, Schema>>;

/** A file is given by reference; its bytes never pass through a model. */
const artifactSchema: Schema = {
	type: 'string',
	pattern: '^switchboard://artifact/[0-9a-f]{64}$',
	description: 'A file, as an artifact URI',
};

/** The schema that an operation's arguments have to fit: parameters by name, the body beside them. */
export function argumentsSchema({ params, body, definitions, bodyKey }: Operation): Schema {
	const properties: Record<string, Schema> = Object.fromEntries(params.map(({ key, schema }) => [key, schema]));
	if (body !== undefined) properties[bodyKey] = bodySchema(body, definitions);
	const required = params.filter((parameter) => parameter.required).map(({ key }) => key);
	return {
		type: 'object',
		properties,
		required: body?.required ? [...required, bodyKey] : required,
		additionalProperties: false,
		...(Object.keys(definitions).length > 0 && { $defs: definitions }),
	};
}

function bodySchema({ kind, schema }: Body, definitions: Definitions): Schema {
	if (kind === 'binary') return artifactSchema;
	if (kind === 'text') return { type: 'string' };
	if (kind !== 'multipart') return schema;
	const target = resolved(schema, definitions);
	const parts = Object.entries(objectOf(target.properties)).map(([name, part]) => [
		name,
		partSchema(objectOf(part), definitions),
	]);
	return { ...target, properties: Object.fromEntries(parts) };
}

function partSchema(schema: Schema, definitions: Definitions): Schema {
	if (isBinary(schema, definitions)) return artifactSchema;
	const { type, items } = resolved(schema, definitions);
	return type === 'array' && isObject(items) && isBinary(items, definitions) ? { type, items: artifactSchema } : schema;
}
