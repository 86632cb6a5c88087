export interface Folded {
	readonly text: string;
	/** Lines of earlier messages that were left out. */
	readonly lines: number;
}

// The line by which clients introduce what they quote, in the languages whose clients write no plain "wrote:".
const introduction =
	/^(on .{6,200} wrote|am .{6,200} schrieb.{0,120}|le .{6,200} a écrit|el .{6,200} escribió|il .{6,200} ha scritto|em .{6,200} escreveu|op .{6,200} schreef.{0,120})\s*:$/i;
const original = /^-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|mensaje original)\s*-{2,}$/i;

/** Text with what it quotes from earlier messages folded to one line that says how much there was. */
export function foldQuotes(text: string): Folded {
	const lines = text.split('\n');
	const kept: string[] = [];
	let folded = 0;
	for (let at = 0; at < lines.length; ) {
		const length = quoteAt(lines, at);
		if (length === 0) {
			kept.push(lines[at] ?? '');
			at += 1;
			continue;
		}
		kept.push(`[${length} quoted lines]`);
		folded += length;
		at += length;
	}
	return { text: kept.join('\n'), lines: folded };
}

/** How many lines, from `start` on, are a quotation; 0 where none begins. */
function quoteAt(lines: readonly string[], start: number): number {
	const first = lines[start] ?? '';
	if (original.test(first.trim())) return lines.length - start;
	const body = introduced(lines, start);
	let end = body;
	for (let at = body; at < lines.length; at++) {
		const line = lines[at] ?? '';
		if (line.startsWith('>')) end = at + 1;
		else if (line.trim() !== '') break;
	}
	// A single quoted line is mostly one being answered, and says more than a notice in its place.
	return end - body >= 2 || (end > body && body > start) ? end - start : 0;
}

/** The first line behind an introduction at `start`, which clients wrap over up to three lines; `start` where there is none. */
function introduced(lines: readonly string[], start: number): number {
	for (let length = 1; length <= 3; length++) {
		const joined = lines
			.slice(start, start + length)
			.map((line) => line.trim())
			.join(' ');
		if (joined.length > 400) return start;
		if (introduction.test(joined)) return skipBlank(lines, start + length);
	}
	return start;
}

function skipBlank(lines: readonly string[], from: number): number {
	let at = from;
	while (at < lines.length && (lines[at] ?? '').trim() === '') at++;
	return at;
}
