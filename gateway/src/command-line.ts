import { checkoutFolder } from './home.ts';

/** The words a user types before a command's name. */
export function commandLine(...words: readonly string[]): string {
	const start = checkoutFolder === undefined ? ['switchboard'] : ['npm', 'run', '-s', 'switchboard', '--'];
	return [...start, ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
	return /^[\w./:@=,<>…[\]|-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
