/** A text within a limit, cut between words, and how much of it is left out. */
export function excerpt(text: string, limit: number): string {
	const whole = text.trim();
	if (whole.length <= limit) return whole;
	const head = whole.slice(0, limit).toWellFormed();
	const end = head.search(/\s\S{0,40}$/);
	const cut = end > limit / 2 ? head.slice(0, end) : head;
	return `${cut}\n[${whole.length - cut.length} more characters are left out here]`;
}

/** One line within a limit. */
export function oneLine(text: string, limit: number): string {
	const line = text.replaceAll(/\s+/g, ' ').trim();
	return line.length <= limit ? line : `${line.slice(0, limit - 1).toWellFormed()}…`;
}
