import { Fault } from '@switchboard/kit';
import { isObject } from './json.ts';
import type { Parameter } from './operation.ts';

/** A name and its value, each encoded as it goes on the wire. */
export type Pair = readonly [name: string, value: string];

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export function encode(text: string): string {
	return encodeURIComponent(text.toWellFormed()).replaceAll(
		/[!'()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** As `encode`, but reserved characters stay where they cannot be mistaken for the query's own; so do encoded triples. */
function encodeReserved(text: string): string {
	return text
		.toWellFormed()
		.replaceAll(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?@!$'()*,;=]+/gu, (part) =>
			/^%[0-9A-Fa-f]{2}$/.test(part) ? part : encode(part),
		);
}

/** A scalar as text; what nests where a style cannot carry it is JSON. */
export function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Shape =
	| { readonly kind: 'scalar'; readonly text: string }
	| { readonly kind: 'list'; readonly items: readonly string[] }
	| { readonly kind: 'map'; readonly members: readonly Pair[] };

function shapeOf(value: unknown, code: (text: string) => string): Shape {
	if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => code(textOf(item))) };
	if (!isObject(value)) return { kind: 'scalar', text: code(textOf(value)) };
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	return { kind: 'map', members: members.map(([name, member]) => [code(name), code(textOf(member))]) };
}

const flat = (members: readonly Pair[]) => members.flat();
const equated = (members: readonly Pair[]) => members.map(([name, value]) => `${name}=${value}`);

/** What stands for `{name}` in the path. */
export function pathValue({ name, style, explode }: Parameter, value: unknown): string {
	const shape = shapeOf(value, encode);
	const text =
		style === 'matrix'
			? matrix(encode(name), shape, explode)
			: style === 'label'
				? label(shape, explode)
				: simple(shape, explode);
	if (text !== '' && !/^(?:\.|%2e){1,2}$/i.test(text)) return text;
	throw new Fault('invalid_input', `${name} may not be empty or only dots: it would change the path.`);
}

function simple(shape: Shape, explode: boolean): string {
	switch (shape.kind) {
		case 'scalar':
			return shape.text;
		case 'list':
			return shape.items.join(',');
		case 'map':
			return (explode ? equated(shape.members) : flat(shape.members)).join(',');
	}
}

function label(shape: Shape, explode: boolean): string {
	const separator = explode ? '.' : ',';
	switch (shape.kind) {
		case 'scalar':
			return `.${shape.text}`;
		case 'list':
			return `.${shape.items.join(separator)}`;
		case 'map':
			return `.${(explode ? equated(shape.members) : flat(shape.members)).join(separator)}`;
	}
}

function matrix(name: string, shape: Shape, explode: boolean): string {
	switch (shape.kind) {
		case 'scalar':
			return shape.text === '' ? `;${name}` : `;${name}=${shape.text}`;
		case 'list':
			return explode ? shape.items.map((item) => `;${name}=${item}`).join('') : `;${name}=${shape.items.join(',')}`;
		case 'map':
			return explode
				? equated(shape.members)
						.map((member) => `;${member}`)
						.join('')
				: `;${name}=${flat(shape.members).join(',')}`;
	}
}

export type QueryStyle = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved'>;

/** The pairs of a query parameter, or of a field of a form. */
export function queryPairs({ name, style, explode, allowReserved }: QueryStyle, value: unknown): readonly Pair[] {
	const code = allowReserved ? encodeReserved : encode;
	if (style === 'deepObject') return deepPairs(encode(name), value, code);
	const shape = shapeOf(value, code);
	const key = encode(name);
	if (shape.kind === 'scalar') return [[key, shape.text]];
	if (shape.kind === 'map' && explode && style === 'form') return shape.members;
	const items = shape.kind === 'list' ? shape.items : flat(shape.members);
	if (items.length === 0) return [];
	if (explode && shape.kind === 'list') return items.map((item) => [key, item]);
	const separator = style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',';
	return [[key, items.join(separator)]];
}

const deepest = 10;

function deepPairs(key: string, value: unknown, code: (text: string) => string, depth = 0): readonly Pair[] {
	if (typeof value !== 'object' || value === null || depth > deepest) return [[key, code(textOf(value))]];
	return Object.entries(value).flatMap(([name, member]) =>
		member === undefined ? [] : deepPairs(`${key}%5B${encode(name)}%5D`, member, code, depth + 1),
	);
}

/** A header's value; it can hold no line break, so nothing can follow it that was not meant. */
export function headerValue({ name, explode }: Pick<Parameter, 'name' | 'explode'>, value: unknown): string {
	const text = simple(shapeOf(value, String), explode);
	if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return text.trim();
	throw new Fault('invalid_input', `${name} holds characters that a header cannot carry.`);
}

/** The pairs of a cookie parameter. */
export function cookiePairs({ name, explode }: Pick<Parameter, 'name' | 'explode'>, value: unknown): readonly Pair[] {
	return queryPairs({ name, style: 'form', explode, allowReserved: false }, value);
}
