import { clean } from '@switchboard/kit/outside';
import type { Prepared } from '@switchboard/kit/wire';
import type { Entry, Session } from '../gateway.ts';

const previewLimit = 20_000;

/** The question a human decides on, from prepare's answer and nothing a model wrote beside it. */
export function questionFor(entry: Entry, session: Session, prepared: Prepared): string {
	const { effect, targets, preview } = prepared;
	const lines = [
		`${session.host} wants to ${verbOf[effect]} through ${entry.agent}: ${onOneLine(entry.card.title)} (${onOneLine(entry.name)})`,
		...targets.map(({ kind, value }) => `  ${kind}: ${onOneLine(value)}`),
		'',
		visible(preview),
	];
	const text = lines.join('\n');
	if (text.length <= previewLimit) return text;
	// Nothing may hide behind length: what does not fit is counted, and the digest still binds all of it.
	return `${text.slice(0, previewLimit)}\n[${text.length - previewLimit} more characters of this call are not shown]`;
}

/** The question whether a host may work in a folder it has not worked in before. */
export function folderQuestion(session: Session, folder: string): string {
	return `${session.host} wants to work in a folder it has not worked in before: ${onOneLine(folder)}\n\nYes lets it read there and change what can be undone.`;
}

const verbOf = { read: 'read', write: 'write', execute: 'execute', send: 'send', destroy: 'destroy for good' } as const;

function visible(text: string): string {
	return clean(text);
}

/** A line break in what somebody else named would let it write lines of the question. */
function onOneLine(text: string): string {
	return visible(text).replaceAll(/[\n\u2028\u2029]/g, '⏎');
}
