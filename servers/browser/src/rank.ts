import type { Line } from './page/lines.ts';

export interface Match {
	readonly ref: string;
	readonly role: string;
	readonly name: string;
	/** The line of the snapshot. */
	readonly line: string;
}

/** The lines that answer a description best, what can be acted on before mere text. */
export function rank(description: string, lines: readonly Line[], most: number): readonly Match[] {
	const wanted = wordsOf(description).filter((word) => !small.has(word));
	return lines
		.flatMap((line, index) => {
			const score = scoreOf(description, wanted, line);
			return line.ref === undefined || score === 0 ? [] : [{ line, index, ref: line.ref, score }];
		})
		.sort((a, b) => b.score - a.score || a.index - b.index)
		.slice(0, most)
		.map(({ line, ref }) => ({ ref, role: line.role ?? 'text', name: line.name ?? line.text, line: line.text }));
}

function scoreOf(description: string, wanted: readonly string[], { text, role, name }: Line): number {
	const asked = plain(description);
	if (asked === '') return 0;
	const called = plain(name ?? text);
	const bonus = role === undefined ? 0 : 2;
	if (called === asked) return 100 + bonus;
	if (called.startsWith(asked)) return 80 + bonus - excess(called, asked);
	if (called.includes(asked)) return 70 + bonus - excess(called, asked);
	if (plain(text).includes(asked)) return 60 + bonus - excess(text, asked);
	const there = new Set(wordsOf(`${role ?? ''} ${kinds[role ?? ''] ?? ''} ${name ?? ''} ${text}`));
	const found = wanted.filter((word) => there.has(word)).length;
	// One common word of many says little.
	return found === 0 || found < wanted.length / 2 ? 0 : (50 * found) / wanted.length + bonus;
}

/** Words that are in every description and tell nothing apart. */
const small = new Set('a an and at for from in is of on or that the this to with'.split(' '));

/** What people call a role. */
const kinds: Readonly<Record<string, string>> = {
	searchbox: 'search box field input',
	textbox: 'text box field input',
	combobox: 'combo box dropdown drop down list select menu',
	listbox: 'list box select',
	checkbox: 'check box tick',
	radio: 'radio button option choice',
	spinbutton: 'number field box input',
	date: 'date field input picker',
	file: 'file upload field input',
	slider: 'range',
	switch: 'toggle',
	clickable: 'button link icon element',
	menuitem: 'menu item entry',
};

/** Of two that hold the words, the shorter one is meant more likely. */
function excess(text: string, asked: string): number {
	return Math.min(9, (text.length - asked.length) / 20);
}

function plain(text: string): string {
	return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

function wordsOf(text: string): readonly string[] {
	return plain(text)
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);
}
