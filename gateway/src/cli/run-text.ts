import type { Envelope } from '../gateway.ts';
import { commandLine } from './command-line.ts';
import { needsText, provenanceText, stepsText, understoodText } from './envelope-text.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { oneLine, plain } from './words.ts';

/** An Agent that was wanted and could not do its part, with what it says to do about it. */
export interface Unable {
	readonly agent: string;
	readonly reason: string;
}

/** Which Agents really did something, and which could not. */
export function partsOf({ steps }: Envelope): { readonly ran: readonly string[]; readonly unable: readonly Unable[] } {
	const ran = new Set<string>();
	const unable = new Map<string, Unable>();
	for (const { agent, status, summary } of steps) {
		if (agent === undefined) continue;
		if (status === 'done') ran.add(agent);
		else if (status === 'failed' || status === 'unknown') unable.set(agent, { agent, reason: summary });
	}
	return { ran: [...ran], unable: [...unable.values()] };
}

export function runText(envelope: Envelope, out: Output): string {
	const { ran, unable } = partsOf(envelope);
	const { style } = out;
	const parts = [
		understoodText(envelope, out),
		stepsText(envelope, out),
		`${style('bold', 'Result')}\n${plain(envelope.answer)}`,
		needsText(envelope),
		provenanceText(envelope),
		[
			`Agents that ran for real: ${ran.length === 0 ? 'none' : style('green', ran.join(', '))}.`,
			...unable.map(({ agent, reason }) => `${style('yellow', agent)} could not: ${oneLine(reason, 400)}`),
		].join('\n'),
	];
	return parts.filter((part) => part !== '').join('\n\n');
}

export const connectLines: Readonly<Record<string, string>> = {
	'Claude Desktop': commandLine('connect', 'claude-desktop'),
	'Claude Code': commandLine('connect', 'claude-code'),
	Cursor: commandLine('connect', 'cursor'),
	'VS Code': commandLine('connect', 'vscode'),
};

/** What to do next: the exact lines. */
export function nextText(): string {
	const rows = Object.entries(connectLines).map(([host, line]) => [`  ${host}`, line]);
	return [
		'The daemon goes on in the background. Connect a host to it:',
		table(rows),
		'See what was done, and stop it:',
		table([
			['  Every call', commandLine('audit', 'tail')],
			['  Stop', commandLine('stop')],
		]),
	].join('\n');
}
