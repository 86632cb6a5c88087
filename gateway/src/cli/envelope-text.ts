import { commandLine } from '../command-line.ts';
import type { Envelope, Job, Step } from '../gateway.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob } from './job-text.ts';
import type { Output } from './output.ts';
import { oneLine, readable } from './words.ts';

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

const outcomes: Readonly<Partial<Record<Step['status'], string>>> = {
	pending: 'waits for your yes',
	needs_input: 'needs an answer',
	unknown: 'nobody can say whether it happened',
};

/** What was understood and what came of it: which Agent and Skill for each step and, where wanted, why. */
export function stepsText({ steps, by }: Envelope, { style }: Output, { why: isWhy = false } = {}): string {
	const lines = steps.flatMap(({ text, agent, skill, why, status, ms }, index) => [
		`${style(colourOf(status), marks[status])} ${index + 1}. ${style('dim', `“${oneLine(text, 90)}”`)}${
			skill === undefined
				? ': no Skill'
				: ` → ${style('bold', skill)} of ${agent}, ${status === 'done' ? `${ms} ms` : (outcomes[status] ?? status)}`
		}`,
		...(isWhy && why.length > 0 ? [`     ${oneLine(why.join('; '), 160)}`] : []),
	]);
	return [`Understood ${by === 'model' ? 'by the configured model' : 'offline, without a model'}:`, ...lines].join(
		'\n',
	);
}

function colourOf(status: Step['status']): 'green' | 'red' | 'yellow' {
	if (status === 'done') return 'green';
	return status === 'failed' || status === 'denied' || status === 'cancelled' ? 'red' : 'yellow';
}

/** How what is asked for is said where nobody sits at a terminal. */
export function needsText({ needs = [] }: Envelope, instruction: string): string {
	if (needs.length === 0) return '';
	const choices = needs.flatMap(({ step, input, choices: offered }) =>
		offered === undefined
			? []
			: [`${step + 1}.${oneLine(input, 40)} is one of ${offered.map((choice) => oneLine(choice)).join(', ')}.`],
	);
	const answers = needs.flatMap(({ step, input }) => ['--answer', `${step + 1}.${oneLine(input, 40)}=…`]);
	return [...choices, `Go on with: ${commandLine('ask', instruction, ...answers)}`].join('\n');
}

/** The answer first, since it is what was asked for; then how it came about. */
export function envelopeText(envelope: Envelope, instruction: string, out: Output): string {
	const { status, steps } = envelope;
	const parts = [
		steps.every((step) => step.status === 'pending') ? 'Nothing is done before your yes.' : readable(envelope.answer),
		needsText(envelope, instruction),
		steps.some(({ skill }) => skill !== undefined) ? stepsText(envelope, out) : '',
		status === 'pending' ? `Waiting questions: ${commandLine('approvals')}` : '',
		status === 'none' ? `What can be done here: ${commandLine('skills')}` : '',
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
