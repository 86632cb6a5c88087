import { Fault } from '@switchboard/kit';
import type { Op } from '../change.ts';
import type { Row } from '../connector.ts';
import { escapeLike } from '../query.ts';
import { parseRef } from '../refs.ts';
import { type Desk, filled } from './said.ts';

/** The one company of that name; where there is none, a new one joins the change. */
export async function companyOf(name: string, ops: Op[], desk: Desk): Promise<string> {
	if (isRef(name, 'company')) return name;
	const found = await recordsWhere('company', 'name', name, ['name'], desk);
	return theOne('company', found) ?? add(ops, { op: 'create', entity: 'company', values: { name } });
}

/** The one contact of that name or e-mail address, at that company if one was said; else a new one. */
export async function contactOf(text: string, company: string | undefined, ops: Op[], desk: Desk): Promise<string> {
	if (isRef(text, 'contact')) return text;
	const field = /^\S+@\S+$/.test(text) ? 'email' : 'name';
	const found = await recordsWhere('contact', field, text, ['name', 'company'], desk);
	const there = found.filter(({ values }) => mayBe(values.company, company));
	const values = filled({ name: text, [field]: text, company });
	return theOne('contact', there) ?? add(ops, { op: 'create', entity: 'contact', values });
}

/** Records in which a field is that text, whatever its case. */
export async function recordsWhere(
	entity: string,
	field: string,
	text: string,
	fields: readonly string[],
	{ crm, signal }: Desk,
): Promise<readonly Row[]> {
	const pattern = escapeLike(text.trim().slice(0, 90));
	const filter = { kind: 'test', path: field, comparison: 'like', values: [pattern] } as const;
	const query = { entity, filter, fields, order: [], limit: 5, cursor: undefined, count: false };
	return (await crm.search(query, signal)).rows;
}

/** Nothing speaks against it: either side is silent, or they agree. */
export function mayBe(held: unknown, said: string | undefined): boolean {
	return said === undefined || isEmpty(held) || isSame(held, said);
}

export function isEmpty(held: unknown): boolean {
	return held === null || held === undefined || held === '';
}

export function isSame(a: unknown, b: unknown): boolean {
	return String(a).toLowerCase() === String(b).toLowerCase();
}

function add(ops: Op[], op: Op): string {
	ops.push(op);
	return `new:${ops.length - 1}`;
}

function theOne(entity: string, found: readonly Row[]): string | undefined {
	if (found.length <= 1) return found[0]?.ref;
	throw new Fault('conflict', `There are several records of ${entity} with that name.`, {
		hint: `Name one by its reference: ${found.map(({ ref }) => ref).join(', ')}.`,
	});
}

function isRef(text: string, entity: string): boolean {
	return text.startsWith('crm:') && parseRef(text).entity === entity;
}
