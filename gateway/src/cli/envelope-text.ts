import type { Envelope, Job, Step } from '../gateway.ts';
import { commandLine } from './command-line.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob } from './job-text.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { oneLine, plain } from './words.ts';

const marks: Readonly<Record<Step['status'], string>> = {
	done: '✓',
	failed: '✗',
	denied: '✗',
	cancelled: '✗',
	unknown: '?',
	pending: '…',
	needs_input: '?',
	skipped: '-',
	none: '-',
};

/** What was understood: which Agent and Skill for each step, and why. */
export function understoodText({ steps, by }: Envelope, { style }: Output): string {
	const lines = steps.flatMap(({ text, agent, skill, why }, index) => [
		`${index + 1}. ${style('dim', `“${oneLine(text, 90)}”`)}`,
		`   → ${skill === undefined ? 'no Skill' : `${style('bold', skill)} of ${agent}`}${why.length === 0 ? '' : `: ${oneLine(why.join('; '), 160)}`}`,
	]);
	return [`Understood ${by === 'model' ? 'by the configured model' : 'offline, without a model'}:`, ...lines].join(
		'\n',
	);
}

/** What each step came to. */
export function stepsText({ steps }: Envelope, { style }: Output): string {
	return table(
		steps.map(({ status, skill, ms, summary }, index) => [
			`${style(colourOf(status), marks[status])} ${index + 1}`,
			skill ?? '-',
			status === 'done' ? `${ms} ms` : status,
			oneLine(summary, 200),
		]),
	);
}

function colourOf(status: Step['status']): 'green' | 'red' | 'yellow' {
	if (status === 'done') return 'green';
	return status === 'failed' || status === 'denied' || status === 'cancelled' ? 'red' : 'yellow';
}

/** Which Agents ran, and whose words the answer holds. */
export function provenanceText({ provenance }: Envelope): string {
	if (provenance.length === 0) return 'No Agent ran.';
	const sources = provenance.map(
		({ agent, skills, source }) =>
			`${agent} (${skills.join(', ')}${source === 'outside' ? '; holds text from outside' : ''})`,
	);
	return `From ${sources.join(', ')}.`;
}

/** What is asked for, and how it is said where nobody sits at a terminal. */
export function needsText({ needs = [] }: Envelope): string {
	return needs
		.map(({ step, input, question, choices }) => {
			const offered = choices === undefined ? '' : ` (${choices.map((choice) => oneLine(choice)).join(', ')})`;
			const how = `the same with --answer ${step + 1}.${oneLine(input, 40)}=…`;
			return `Step ${step + 1} needs to know: ${oneLine(question)}${offered} Say ${how}`;
		})
		.join('\n');
}

export function envelopeText(envelope: Envelope, out: Output): string {
	const parts = [
		understoodText(envelope, out),
		stepsText(envelope, out),
		plain(envelope.answer),
		needsText(envelope),
		out.style('dim', provenanceText(envelope)),
		envelope.status === 'pending' ? `Waiting questions: ${commandLine('approvals')}` : '',
	];
	return parts.filter((part) => part !== '').join('\n\n');
}

/** What was pending and has been answered here ends as its jobs did. */
export function exitCodeOfAsk(envelope: Envelope, jobs: readonly Job[]): ExitCode {
	if (envelope.status !== 'pending' || jobs.length === 0) return exitCodeOfEnvelope(envelope);
	return jobs.map(exitCodeOfJob).find((code) => code !== exitCodes.ok) ?? exitCodes.ok;
}

export function exitCodeOfEnvelope({ status, steps }: Envelope): ExitCode {
	switch (status) {
		case 'done':
			return exitCodes.ok;
		case 'pending':
			return exitCodes.pending;
		case 'none':
			return exitCodes.notFound;
		case 'needs_input':
			return exitCodes.usage;
		default:
			return steps.some((step) => step.status === 'denied') ? exitCodes.denied : exitCodes.failed;
	}
}
