import { Fault } from '@switchboard/kit';
import type { Op, Receipt } from '../change.ts';
import type { Row, Values } from '../connector.ts';
import { dayOf } from '../crm/model.ts';
import { parseRef } from '../refs.ts';
import { companyOf, contactOf, isEmpty, isSame, mayBe, recordsWhere } from './look-up.ts';
import { checkSaid, type Desk, filled, type Kind, type Noted, type Said } from './said.ts';

/** One record in one step; the companies and contacts it names are found by name, or created beside it. */
export async function noteDown(kind: Kind, said: Said, desk: Desk): Promise<Noted> {
	checkSaid(kind, said);
	const { name = '', email, phone, role, note } = said;
	if (kind === 'company') {
		const [known] = await recordsWhere('company', 'name', name, ['name', 'email', 'phone', 'note'], desk);
		return noteParty('company', filled({ name, email, phone, note }), known, [], desk);
	}
	const ops: Op[] = [];
	const company = said.company === undefined ? undefined : await companyOf(said.company, ops, desk);
	if (kind === 'contact') {
		const values = filled({ name, email, phone, role, company, note });
		return noteParty('contact', values, await knownContact(said, company, desk), ops, desk);
	}
	const contact = said.contact === undefined ? undefined : await contactOf(said.contact, company, ops, desk);
	const done = await carryOut([...ops, opOf(kind, said, company, contact)], desk);
	return { status: 'created', ...done, differs: [] };
}

/** A party that is known is completed, not doubled: what was empty is filled and nothing overwritten. */
async function noteParty(
	entity: 'company' | 'contact',
	values: Values,
	known: Row | undefined,
	beside: readonly Op[],
	desk: Desk,
): Promise<Noted> {
	if (known === undefined) {
		const done = await carryOut([...beside, { op: 'create', entity, values }], desk);
		return { status: 'created', ...done, differs: [] };
	}
	const held = known.values;
	const missing = Object.fromEntries(Object.entries(values).filter(([field]) => isEmpty(held[field])));
	const differs = Object.keys(values).filter((field) => !isEmpty(held[field]) && !isSame(held[field], values[field]));
	if (Object.keys(missing).length === 0)
		return { status: 'exists', row: known, title: `${entity} ${held.name}`, differs };
	const update: Op = { op: 'update', ref: known.ref, version: known.version, values: missing };
	// A company that is not entered is not created either.
	const done = await carryOut([...('company' in missing ? beside : []), update], desk);
	return { status: 'updated', ...done, differs };
}

/** By e-mail address, else by name; a namesake with another address or at another company is somebody else. */
async function knownContact(
	{ name = '', email }: Said,
	company: string | undefined,
	desk: Desk,
): Promise<Row | undefined> {
	const fields = ['name', 'email', 'phone', 'role', 'company', 'note'];
	const [byEmail] = email === undefined ? [] : await recordsWhere('contact', 'email', email, fields, desk);
	if (byEmail !== undefined) return byEmail;
	const namesakes = await recordsWhere('contact', 'name', name, fields, desk);
	const same = namesakes.filter(({ values }) => mayBe(values.email, email) && mayBe(values.company, company));
	return same.length === 1 ? same[0] : undefined;
}

/** Planned and applied through the same door as every change; the last operation is what it was about. */
async function carryOut(ops: readonly Op[], { crm, by, signal }: Desk): Promise<{ receipt: Receipt; main: string }> {
	const preview = await crm.preview(ops, by, signal);
	if ('errors' in preview) {
		throw new Fault('invalid_input', preview.errors[0]?.message ?? 'The record cannot be written.');
	}
	const { changeId, hash, diff } = preview.planned;
	const receipt = await crm.apply(parseRef(changeId).id, hash, by, signal);
	return { receipt, main: diff.find(({ op }) => op === ops.length - 1)?.ref ?? '' };
}

function opOf(
	kind: Exclude<Kind, 'contact' | 'company'>,
	{ name, amount, currency, date, note, ...said }: Said,
	company: string | undefined,
	contact: string | undefined,
): Op {
	switch (kind) {
		case 'deal': {
			const values = filled({ name, company, contact, amount, currency, close_date: date, note });
			return { op: 'create', entity: 'deal', values };
		}
		case 'product':
			return { op: 'create', entity: 'product', values: filled({ name, price: amount, currency, note }) };
		default: {
			const subject = name ?? `${kind} with ${said.contact ?? said.company}`;
			const values = filled({ kind, subject, company, contact, date, note });
			return { op: 'create', entity: 'activity', values: { ...values, done: isDone(kind, date) } };
		}
	}
}

/** What is written down about the past is done; a task, or a day to come, is not. */
function isDone(kind: Kind, date: string | undefined): boolean {
	return kind !== 'task' && (date === undefined || date <= dayOf(new Date()));
}
