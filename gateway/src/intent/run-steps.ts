import type { Entry, Envelope, Step } from '../gateway.ts';
import type { StepResult } from '../results/aggregate.ts';
import { type Filling, fill, type Need } from './fill.ts';
import type { Earlier } from './findings.ts';
import { sourcesOf } from './recall.ts';
import { referencesIn } from './references.ts';
import { begunStep, type RunContext, runStep, uncalled } from './run-step.ts';
import type { Answers, Understood } from './understand.ts';

export interface StepsRequest {
	readonly understood: readonly Understood[];
	readonly remembered: readonly Earlier[];
	/** What an interrupted Run had done, in order; it is not done again. */
	readonly done: {
		readonly behind: number;
		readonly results: readonly StepResult[];
		readonly earlier: readonly Earlier[];
	};
	/** By place among the results. */
	readonly answers: Answers;
	readonly now: Date;
	readonly onStep: ((step: Step, index: number, total: number) => void) | undefined;
}

export interface StepsOutcome {
	readonly results: readonly StepResult[];
	readonly earlier: readonly Earlier[];
	/** The first understood step that asks a question. */
	readonly stoppedAt: number | undefined;
}

/** Runs Steps in order; what hangs on one that failed is left out, what stands by itself goes on. */
export async function runSteps(context: RunContext, request: StepsRequest): Promise<StepsOutcome> {
	const results = [...request.done.results];
	const earlier = [...request.done.earlier];
	let stoppedAt: number | undefined;
	for (const [at, understood] of request.understood.entries()) {
		if (at < request.done.behind) continue;
		for (const part of partsOf(understood, request, earlier, results.length)) {
			const place = results.length;
			const total = Math.max(request.understood.length, place + 1);
			const outcome = context.signal.aborted
				? { result: uncalled(understood, understood.entry, 'cancelled', 'Cancelled before it began.') }
				: await runPart(context, request, understood, part, earlier, place, total);
			results.push(outcome.result);
			if (outcome.result.needs.length > 0) stoppedAt ??= at;
			if (outcome.earlier !== undefined) earlier.push(outcome.earlier);
			request.onStep?.(outcome.result.step, place, total);
		}
	}
	return { results, earlier, stoppedAt };
}

type Part = { readonly filling: Filling } | { readonly result: StepResult };

/** A step that lists several things is as many Calls. */
function partsOf(
	understood: Understood,
	request: StepsRequest,
	earlier: readonly Earlier[],
	place: number,
): readonly Part[] {
	const { entry, text, without } = understood;
	const halted = haltOf(understood, earlier);
	if (halted !== undefined || entry === undefined)
		return [{ result: halted ?? uncalled(understood, entry, 'none', 'No Skill here does this.') }];
	const all = [...request.remembered, ...earlier];
	const filling = fill({
		card: entry.card,
		text,
		earlier: all,
		now: request.now,
		without,
		answers: request.answers(place),
	});
	const { spread } = filling;
	if (spread === undefined) return [{ filling }];
	return spread.values.map((value) => ({ filling: { ...filling, args: { ...filling.args, [spread.input]: value } } }));
}

async function runPart(
	context: RunContext,
	request: StepsRequest,
	understood: Understood,
	part: Part,
	earlier: readonly Earlier[],
	place: number,
	total: number,
): Promise<{ result: StepResult; earlier?: Earlier }> {
	const { entry } = understood;
	if ('result' in part || entry === undefined)
		return { result: 'result' in part ? part.result : uncalled(understood, entry, 'none', 'No Skill here does this.') };
	const { filling } = part;
	const blocker = filling.missing ?? blockerOf(understood, entry, filling, earlier);
	if (blocker !== undefined)
		return {
			result: uncalled(understood, entry, 'skipped', skippedFor(blocker), { args: filling.args }),
			earlier: leftOut(entry, place),
		};
	if (filling.needs.length > 0)
		return { result: asking(understood, entry, filling, place), earlier: leftOut(entry, place) };
	request.onStep?.(begunStep(understood, entry, filling.args), place, total);
	const { result, earlier: left } = await runStep(context, entry, filling.args, understood, place);
	return { result, earlier: left };
}

/** What stops a Step before its arguments matter. */
function haltOf(understood: Understood, earlier: readonly Earlier[]): StepResult | undefined {
	const { hold, entry, decision } = understood;
	if (hold === 'condition')
		return uncalled(understood, entry, 'skipped', 'It depends on a condition, which takes a model or you to judge.');
	if (hold === 'repetition')
		return uncalled(
			understood,
			entry,
			'skipped',
			'It is to happen again and again; nothing here keeps such a schedule.',
		);
	if (decision.kind !== 'route')
		return uncalled(understood, undefined, 'none', decision.reasons[0] ?? 'No Skill here does this.');
	const broken = earlier.find(({ status }) => status !== 'done');
	const isFinal = entry?.card.effect === 'destroy' || entry?.card.effect === 'send';
	if (isFinal && broken !== undefined)
		return uncalled(
			understood,
			entry,
			'skipped',
			`Nothing is sent or deleted after a step that did not succeed (${broken.entry.name}).`,
		);
	return undefined;
}

/** The unfinished Step that this one hangs on: by what its words point at, or by acting on the same thing. */
function blockerOf(
	{ text }: Understood,
	entry: Entry,
	{ args, from }: Filling,
	earlier: readonly Earlier[],
): Earlier | undefined {
	const unfinished = earlier.filter(({ status }) => status !== 'done');
	if (unfinished.length === 0) return undefined;
	const pointed = referencesIn(text).flatMap((reference) => sourcesOf(reference, earlier).slice(0, 1));
	const hangsOn = pointed.find((one) => unfinished.includes(one) && !from.some((source) => source !== one));
	if (hangsOn !== undefined) return hangsOn;
	const own = targetsOf(entry, args);
	return unfinished.find((one) => targetsOf(one.entry, one.args).some((target) => own.includes(target)));
}

function targetsOf({ card }: Entry, args: Readonly<Record<string, unknown>>): readonly string[] {
	return Object.keys(card.targets).flatMap((name) => [args[name]].flat().filter((value) => typeof value === 'string'));
}

function skippedFor({ entry, status }: Earlier): string {
	return status === 'pending'
		? `Waits for ${entry.name}, which waits for your yes.`
		: `Left out, since ${entry.name} did not succeed.`;
}

/** A Step that did not run leaves nothing, and what points at it must know. */
function leftOut(entry: Entry, step: number): Earlier {
	return { entry, status: 'skipped', args: {}, structured: undefined, text: '', artifacts: [], step };
}

function asking(understood: Understood, entry: Entry, { args, needs }: Filling, place: number): StepResult {
	return uncalled(understood, entry, 'needs_input', questionsOf(needs), { args, needs: needsOf(needs, place) });
}

export function questionsOf(needs: readonly Need[]): string {
	return needs
		.map(({ question, choices }) => (choices === undefined ? question : `${question} ${choices.join(' | ')}`))
		.join(' ');
}

export function needsOf(needs: readonly Need[], step: number): NonNullable<Envelope['needs']> {
	return needs.map((need) => ({ step, ...need }));
}
