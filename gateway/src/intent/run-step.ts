import type { CallOutcome, Entry, HandleCall, Host, Session, Step } from '../gateway.ts';
import type { StepResult } from '../results/aggregate.ts';
import { plainText } from '../results/plain-text.ts';
import { summaryOf } from '../results/summary.ts';
import type { Earlier } from './findings.ts';

/** On whose behalf and as part of what a Step is called. */
export interface RunContext {
	readonly run: string;
	readonly session: Session;
	readonly host: Host;
	readonly signal: AbortSignal;
	readonly call: HandleCall;
}

/** A Step's words and reasons, before it has a result. */
export interface StepWords {
	readonly text: string;
	readonly why: readonly string[];
}

export interface Done {
	readonly result: StepResult;
	readonly earlier: Earlier;
	readonly outcome: CallOutcome;
}

/** One Step as an ordinary Call, with all that is kept of it. */
export async function runStep(
	{ run, session, host, signal, call }: RunContext,
	entry: Entry,
	args: Readonly<Record<string, unknown>>,
	words: StepWords,
	place: number,
): Promise<Done> {
	const outcome = await call({ session, host, name: entry.name, args, signal, run });
	const { status, result, artifacts } = outcome;
	const text = plainText(result);
	const step: Step = {
		// Picked one by one: whoever calls may know more of a Step than a Host is told.
		text: words.text,
		why: words.why,
		call: outcome.call,
		agent: entry.agent,
		skill: entry.name,
		args,
		status,
		ms: outcome.ms,
		summary: summaryOf(entry, outcome),
		resources: artifacts,
	};
	return {
		outcome,
		result: { step, text, source: entry.card.source, needs: [] },
		earlier: { entry, status, args, structured: result.structuredContent, text, artifacts, step: place },
	};
}

/** A Step as it begins; what it will come to is not known yet. */
export function begunStep(
	{ text, why }: StepWords,
	entry: Entry | undefined,
	args: Readonly<Record<string, unknown>>,
): Step {
	return {
		text,
		why,
		call: undefined,
		agent: entry?.agent,
		skill: entry?.name,
		args,
		status: 'pending',
		ms: 0,
		summary: '',
		resources: [],
	};
}

/** A Step that was not called, and why. */
export function uncalled(
	words: StepWords,
	entry: Entry | undefined,
	status: Extract<Step['status'], 'skipped' | 'needs_input' | 'none' | 'cancelled'>,
	summary: string,
	more: { readonly args?: Readonly<Record<string, unknown>>; readonly needs?: StepResult['needs'] } = {},
): StepResult {
	const step: Step = { ...begunStep(words, entry, more.args ?? {}), status, summary };
	return { step, text: '', source: 'own', needs: more.needs ?? [] };
}
