import { commandLine } from '../command-line.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { table } from './table.ts';

export async function overview(): Promise<string> {
	const all = await Promise.all(Object.values(commands).map((load) => load()));
	return [
		'Switchboard: Skills of several Agents behind one Gateway, under its owner’s control.',
		'',
		`Usage: ${commandLine('<command>', '…')}`,
		'',
		table(all.map(({ name, summary }) => [`  ${name}`, summary])),
		'',
		`${commandLine('<command>', '--help')} says more. Every command takes --json.`,
		`Exit codes: ${Object.entries(exitCodes)
			.map(([name, code]) => `${code} ${wordsOf(name)}`)
			.join(', ')}.`,
		'',
	].join('\n');
}

export function helpOf({ name, summary, usage, example, options }: Command): string {
	const rows = Object.entries(options).map(([option, { type, short, value = 'VALUE', about }]) => {
		const letter = short === undefined ? '' : `-${short}, `;
		return [`  ${letter}--${option}${type === 'string' ? ` ${value}` : ''}`, about];
	});
	return [
		summary,
		'',
		`Usage: ${`${commandLine(name)} ${usage}`.trim()}`,
		`Example: ${`${commandLine(name)} ${example}`.trim()}`,
		'',
		table([
			...rows,
			['  --json', 'Print JSON: one document, or one a line where lines are followed or logged'],
			['  -h, --help', 'Print this'],
		]),
		'',
	].join('\n');
}

function wordsOf(name: string): string {
	return name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
}
