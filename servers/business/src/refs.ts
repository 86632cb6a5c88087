import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '@switchboard/kit';

/** One record of one system, as text: `crm:contact:k3v9…`. */
export interface Ref {
	readonly connection: string;
	readonly entity: string;
	readonly id: string;
}

const shape = /^([a-z][a-z0-9-]{0,39}):([a-z][a-z0-9_.]{0,79}):([A-Za-z0-9_-]{1,80})$/;

export function formatRef({ connection, entity, id }: Ref): string {
	return `${connection}:${entity}:${id}`;
}

/** What a reference names, or undefined where it is none. */
export function readRef(text: string): Ref | undefined {
	const [, connection, entity, id] = shape.exec(text) ?? [];
	return connection === undefined || entity === undefined || id === undefined ? undefined : { connection, entity, id };
}

export function parseRef(text: string): Ref {
	const ref = readRef(text);
	if (ref !== undefined) return ref;
	throw new Fault('invalid_input', 'A reference reads connection:entity:id, such as crm:contact:k3v9x2m4p7qa.', {
		hint: 'biz_search returns the references of records.',
	});
}

/** The id of a planned or applied change; it names its system, so that nothing else has to. */
export function changeRef(connection: string, id: string): string {
	return formatRef({ connection, entity: 'change', id });
}

export function parseChangeRef(text: string): Ref {
	const ref = parseRef(text);
	if (ref.entity !== 'change') {
		throw new Fault('invalid_input', 'A changeId reads connection:change:id.', { hint: 'biz_preview returns it.' });
	}
	return ref;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id of 80 random bits: nobody meets one twice, and a change's cannot be guessed. */
export function newId(): string {
	return spelled(randomBytes(16));
}

/** The same id every time, for the `n`th record that a change brings into being. */
export function idWithin(change: string, n: number): string {
	return spelled(createHash('sha256').update(`${change} ${n}`).digest().subarray(0, 16));
}

function spelled(bytes: Uint8Array): string {
	let id = '';
	for (const byte of bytes) id += alphabet[byte & 31];
	return id;
}
