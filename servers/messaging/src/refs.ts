import { createHash } from 'node:crypto';
import { Fault } from '@switchboard/kit';
import type { Location } from './account.ts';

/** What a reference names; each kind has its own prefix, so that one cannot be taken for another. */
type RefKind = 'm' | 'd' | 'p' | 'c';

const madeBy: Record<RefKind, string> = {
	m: 'ref must be one that msg_search, msg_thread or msg_update gave',
	d: 'draftRef must be one that msg_draft gave',
	p: 'partRef must be one that msg_read gave',
	c: 'cursor must be the nextCursor of the same query',
};

export function messageRef(at: Location): string {
	return seal('m', fieldsOf(at));
}

export function messageAt(ref: string): Location {
	return locationOf(open('m', ref), 'm');
}

export function draftRef(at: Location): string {
	return seal('d', fieldsOf(at));
}

export function draftAt(ref: string): Location {
	return locationOf(open('d', ref), 'd');
}

export function partRef(at: Location, part: string): string {
	return seal('p', [...fieldsOf(at), part]);
}

export function partAt(ref: string): { readonly at: Location; readonly part: string } {
	const [part, ...rest] = open('p', ref).reverse();
	if (part === undefined) throw malformed('p');
	return { at: locationOf(rest.reverse(), 'p'), part };
}

/** A place to go on from, bound to the query it belongs to. */
export function cursorOf(query: unknown, position: unknown): string {
	return seal('c', [JSON.stringify(position), check(JSON.stringify(query))]);
}

export function positionIn(query: unknown, cursor: string): unknown {
	const [position, bound] = open('c', cursor);
	if (position === undefined || bound !== check(JSON.stringify(query))) throw malformed('c');
	return JSON.parse(position);
}

/** A short name under which messages of one conversation group. */
export function threadKey(rootMessageId: string): string {
	return createHash('sha256').update(rootMessageId).digest('base64url').slice(0, 8);
}

function fieldsOf({ account, folder, validity, uid }: Location): string[] {
	return [account, folder, BigInt(validity).toString(36), uid.toString(36)];
}

function locationOf(fields: readonly string[], kind: RefKind): Location {
	const [account, folder, validity, uid] = fields;
	if (account === undefined || folder === undefined || validity === undefined || uid === undefined)
		throw malformed(kind);
	return { account, folder, validity: String(parseInt(validity, 36)), uid: parseInt(uid, 36) };
}

// The checksum is against a reference copied wrongly, which would otherwise name another message; it is no secret.
function seal(kind: RefKind, fields: readonly string[]): string {
	const text = fields.join('\n');
	return `${kind}_${Buffer.from(check(kind + text) + text).toString('base64url')}`;
}

function open(kind: RefKind, ref: string): string[] {
	if (!ref.startsWith(`${kind}_`)) throw malformed(kind);
	const fields = Buffer.from(ref.slice(2), 'base64url').toString().slice(4).split('\n');
	// Sealing again also tells spellings that decode to the same bytes.
	if (seal(kind, fields) !== ref) throw malformed(kind);
	return fields;
}

function check(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, 4);
}

function malformed(kind: RefKind): Fault {
	return new Fault('invalid_input', `${madeBy[kind]}.`, { hint: 'Take it over unchanged, or get a new one.' });
}
