import { commandLine } from '../command-line.ts';
import type { Envelope } from '../gateway.ts';
import { needsText, stepsText } from './envelope-text.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { readable } from './words.ts';

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

export function runText(envelope: Envelope, instruction: string, out: Output): string {
	const { style } = out;
	const parts = [
		stepsText(envelope, out, { why: true }),
		`${style('bold', 'Result')}\n${readable(envelope.answer)}`,
		needsText(envelope, instruction),
		ranText(envelope, out),
	];
	return parts.filter((part) => part !== '').join('\n\n');
}

/** Which Agents ran by which Skills, and whose words the result holds. */
function ranText(envelope: Envelope, { style }: Output): string {
	const ran = envelope.provenance.map(
		({ agent, skills, source }) =>
			`${style('green', agent)} (${skills.join(', ')}${source === 'outside' ? '; text from outside' : ''})`,
	);
	const unable = partsOf(envelope).unable.map(({ agent }) => style('yellow', agent));
	return [
		`Agents that ran for real: ${ran.length === 0 ? 'none' : ran.join(', ')}.`,
		...(unable.length === 0 ? [] : [`Could not do all of its part, as said above: ${unable.join(', ')}.`]),
	].join('\n');
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
