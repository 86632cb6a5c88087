import type { Line } from './page/lines.ts';

export const modes = ['full', 'diff', 'interactive'] as const;
export type Mode = (typeof modes)[number];

export interface TextRequest {
	readonly mode: Mode;
	/** The first line to show, counted from 1. */
	readonly from: number;
	/** Most characters, in whole lines. */
	readonly limit: number;
}

/** The lines of a page as text, with a word on what was left out and how to see it. */
export function pageText(
	lines: readonly Line[],
	before: readonly Line[] | undefined,
	isCut: boolean,
	request: TextRequest,
): string {
	const { mode, from, limit } = request;
	const chosen = mode === 'diff' && before !== undefined ? changes(before, lines) : textsOf(lines, mode);
	const shown: string[] = [];
	let size = 0;
	for (const text of chosen.slice(from - 1)) {
		// A line that alone is too long is shown all the same, since no other call would show more of it.
		if (shown.length > 0 && size + text.length > limit) break;
		shown.push(text);
		size += text.length + 1;
	}
	const next = from + shown.length;
	const left = chosen.length - next + 1;
	if (left > 0)
		shown.push(
			`(${left} lines left out; browser_snapshot with from ${next}${mode === 'full' ? '' : ` and mode ${mode}`} shows them)`,
		);
	if (isCut) shown.push('(the page is larger than can be read at once; what comes after is not shown)');
	return shown.join('\n');
}

function textsOf(lines: readonly Line[], mode: Mode): readonly string[] {
	return (mode === 'interactive' ? lines.filter(({ role }) => role !== undefined) : lines).map(({ text }) => text);
}

/** What is new, then what has gone. */
function changes(before: readonly Line[], after: readonly Line[]): readonly string[] {
	const added = without(after, before).map((text) => `+ ${text}`);
	const removed = without(before, after).map((text) => `- ${text}`);
	if (added.length + removed.length === 0) return ['(nothing has changed since this page was last shown)'];
	return ['(changes since this page was last shown)', ...added, ...removed];
}

/** The lines of one that the other has not, each as often as it is missing. */
function without(lines: readonly Line[], others: readonly Line[]): readonly string[] {
	const counts = new Map<string, number>();
	for (const { text } of others) counts.set(text, (counts.get(text) ?? 0) + 1);
	return lines.flatMap(({ text }) => {
		const count = counts.get(text) ?? 0;
		counts.set(text, count - 1);
		return count > 0 ? [] : [text];
	});
}

/** Below this, a whole page is as cheap as what has changed on it. */
const smallPage = 4_000;

/** How a page is best shown after an action: whole where it is small or new, else what has changed. */
export function modeAfterAction(lines: readonly Line[], before: readonly Line[] | undefined): Mode {
	const size = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
	return before === undefined || size <= smallPage ? 'full' : 'diff';
}
