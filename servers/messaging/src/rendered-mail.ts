import { clean } from '@switchboard/kit';
import { type Address, formatAddress } from './address.ts';
import { line } from './line.ts';

export interface Rendered {
	readonly account: string;
	readonly from: Address;
	readonly to: readonly Address[];
	readonly cc: readonly Address[];
	readonly bcc: readonly Address[];
	readonly subject: string;
	readonly body: string;
	readonly attachments: readonly {
		readonly name: string;
		readonly type: string;
		readonly size: number;
		readonly sha256: string;
	}[];
}

/** A mail as the human who decides on it reads it: everything that will go out, and nothing that will not. */
export function renderMail({ account, from, to, cc, bcc, subject, body, attachments }: Rendered): string {
	const list = (label: string, people: readonly Address[]) =>
		people.length === 0 ? [] : [`${label}: ${people.map((person) => line(formatAddress(person))).join(', ')}`];
	return [
		`Account: ${account}`,
		...list('From', [from]),
		...list('To', to),
		...list('Cc', cc),
		...list('Bcc', bcc),
		`Subject: ${line(subject, 1_000)}`,
		...attachments.map(
			({ name, type, size, sha256 }) => `Attachment: ${line(name)} (${line(type)}, ${size} bytes, sha256 ${sha256})`,
		),
		'',
		clean(body),
	].join('\n');
}
