import { Fault, type FaultKind, fence } from '@switchboard/kit';
import type { Line } from '../page/lines.ts';

/** Most characters of the page that a Fault carries along. */
const most = 1_500;

/** A Fault that carries what is there now, fenced, since those are the page's words. */
export function faultWithLines(kind: FaultKind, message: string, hint: string, lines: readonly Line[]): Fault {
	const there = lines.filter(({ role }) => role !== undefined).map(({ text }) => text);
	let shown = '';
	let count = 0;
	for (const text of there) {
		if (shown.length + text.length > most) break;
		shown += `${text}\n`;
		count += 1;
	}
	const more = there.length > count ? ` (${there.length - count} more left out; browser_snapshot shows all)` : '';
	const now =
		count === 0 ? 'There is nothing to act on now.' : `What can be acted on now${more}:\n${fence(shown.trim()).text}`;
	return new Fault(kind, message, { hint: `${hint} ${now}`, retryable: false });
}
