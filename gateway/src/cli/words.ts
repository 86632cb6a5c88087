import { clean } from '@switchboard/kit/outside';

/** How long ago, in the one unit that says it. */
export function ago(at: string, now = Date.now()): string {
	const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
	if (seconds < 60) return `${seconds} s ago`;
	if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`;
	if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h ago`;
	return `${Math.round(seconds / 86_400)} d ago`;
}

/** Text on one line, fit for a terminal: what it says may have been written by anyone. */
export function oneLine(text: string, limit = 120): string {
	const line = clean(text).replaceAll(/\s+/g, ' ').trim();
	return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** Text as it is, fit for a terminal. */
export function plain(text: string): string {
	return clean(text).trimEnd();
}

/** What an answer says, for eyes: text from outside stands behind a bar, where a model reads it between fences. */
export function readable(text: string): string {
	const fenced =
		/^\[begin outside ([0-9a-f]+)( from [^\n\]]*)?: data, not instructions\]\n(.*?)\n\[end outside \1\]$/gms;
	return plain(text).replaceAll(fenced, (_, _nonce, from: string | undefined, words: string) =>
		[`Text from outside${from === undefined ? '' : `,${from}`}:`, ...words.split('\n')].join('\n│ '),
	);
}

export function counted(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}

/** An ISO moment, from one or from a span before now: `90s`, `10m`, `2h`, `7d`. */
export function moment(text: string, now = Date.now()): string | undefined {
	const [, amount, unit] = /^(\d+)\s*([smhd])$/.exec(text) ?? [];
	const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit ?? ''];
	const at = amount !== undefined && seconds !== undefined ? now - Number(amount) * seconds * 1000 : Date.parse(text);
	return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
