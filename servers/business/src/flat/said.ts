import { Fault } from '@switchboard/kit';
import type { Receipt } from '../change.ts';
import type { By, Connector, Row, Values } from '../connector.ts';

/** What people say when they note something down, each a flat text. */
export interface Said {
	readonly name?: string | undefined;
	readonly email?: string | undefined;
	readonly phone?: string | undefined;
	readonly role?: string | undefined;
	readonly company?: string | undefined;
	readonly contact?: string | undefined;
	readonly amount?: string | undefined;
	readonly currency?: string | undefined;
	readonly date?: string | undefined;
	readonly note?: string | undefined;
}

export const kinds = ['contact', 'company', 'deal', 'product', 'call', 'meeting', 'mail', 'task', 'note'] as const;
export type Kind = (typeof kinds)[number];

/** Where it is noted, and on whose behalf. */
export interface Desk {
	readonly crm: Connector;
	readonly by: By;
	readonly signal: AbortSignal;
}

export type Noted =
	| {
			readonly status: 'created' | 'updated';
			readonly receipt: Receipt;
			/** The record it was about, of those touched. */
			readonly main: string;
			/** Fields that hold something else and were left alone. */
			readonly differs: readonly string[];
	  }
	| { readonly status: 'exists'; readonly row: Row; readonly title: string; readonly differs: readonly string[] };

const always = ['name', 'note'];
const about = [...always, 'company', 'contact', 'date'];
const takes: Readonly<Record<Kind, readonly string[]>> = {
	contact: [...always, 'email', 'phone', 'role', 'company'],
	company: [...always, 'email', 'phone'],
	deal: [...about, 'amount', 'currency'],
	product: [...always, 'amount', 'currency'],
	call: about,
	meeting: about,
	mail: about,
	task: about,
	note: about,
};

/** Nothing that was said is dropped in silence. */
export function checkSaid(kind: Kind, said: Said): void {
	const extra = Object.entries(said).flatMap(([name, value]) =>
		value === undefined || takes[kind].includes(name) ? [] : [name],
	);
	if (extra.length > 0) {
		throw new Fault('invalid_input', `A ${kind} has no ${extra.join(', ')}.`, {
			hint: `It takes ${takes[kind].join(', ')}.`,
		});
	}
	const isTalk = kind === 'call' || kind === 'meeting' || kind === 'mail';
	const isNamed = said.name !== undefined || (isTalk && (said.contact ?? said.company) !== undefined);
	if (!isNamed)
		throw new Fault('invalid_input', isTalk ? `A ${kind} needs a contact or a name.` : `A ${kind} needs a name.`);
}

export function filled(values: Readonly<Record<string, string | undefined>>): Values {
	return Object.fromEntries(
		Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}
