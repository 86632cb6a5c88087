import type { Call } from '@switchboard/kit';
import { z } from 'zod';
import type { Difference, Planned, Receipt } from '../change.ts';
import type { By, Scalar } from '../connector.ts';

/** Inputs and outputs that several Skills share. */
export const connection = z.string().max(40).default('crm').describe('System, from biz_connections');
export const entity = z.string().max(80).describe('Entity, such as contact, company, deal, activity, order, invoice');
export const ref = z.string().max(200).describe('Record, such as crm:contact:k3v9');
export const limit = (most: number, usual: number) => z.int().min(1).max(most).default(usual).describe('Most returned');
export const changeId = z.string().max(200);
export const api = z.string().max(40).describe('API, from biz_connections');
/** An object of the caller's, whose members something else knows. */
export const Given = z.record(z.string(), z.unknown());
export const cursor = z.string().max(2_000).optional().describe('nextCursor of the page before');

/** Fields by name; which there are, and what they take, is the connector's to say. */
export const Fields = z.looseObject({});

export const ReceiptOutput = z.object({
	changeId: z.string(),
	status: z.string().describe('applied, partial or duplicate'),
	reversible: z.boolean(),
	outcomes: z.array(z.looseObject({})),
});

export function receiptOutput({ changeId, status, reversible, outcomes }: Receipt): z.infer<typeof ReceiptOutput> {
	return { changeId, status, reversible, outcomes: outcomes.map((outcome) => ({ ...outcome })) };
}

export function byOf({ principal, id }: Call): By {
	return { principal, call: id };
}

/** A change as a human reads it before saying yes. */
export function previewText({ diff }: Pick<Planned, 'diff'>): string {
	return diff.length === 0 ? 'Nothing would change.' : diff.map(differenceText).join('\n');
}

function differenceText({ ref, title, change, fields }: Difference): string {
	const lines = fields.map(({ name, before, after, related }) => {
		const suffix = related === undefined ? '' : ` (${related})`;
		return change === 'create'
			? `  ${name}: ${shown(after)}${suffix}`
			: `  ${name}: ${shown(before)} → ${shown(after)}${suffix}`;
	});
	return [`${change} ${title} [${ref}]`, ...(change === 'delete' ? [] : lines)].join('\n');
}

export function shown(value: Scalar | undefined): string {
	return value === null || value === undefined ? '–' : String(value);
}

export function receiptText({ changeId, status, reversible, outcomes }: z.infer<typeof ReceiptOutput>): string {
	const first = status === 'duplicate' ? 'Had been applied before; nothing was done again.' : 'Applied.';
	const lines = outcomes.map(
		({ change, title, ref, version }) => `${change} ${title} [${ref}]${version === undefined ? '' : ` v${version}`}`,
	);
	return [first, ...lines, reversible ? `Undo with biz_undo ${changeId}` : 'This cannot be taken back.'].join('\n');
}
