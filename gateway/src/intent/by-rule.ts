import type { AskRequest, Envelope } from '../gateway.ts';
import { type Aggregate, aggregate, type StepResult } from '../results/aggregate.ts';
import type { Earlier } from './findings.ts';
import type { Memory, OpenRun } from './memory.ts';
import { openQuestions } from './open-questions.ts';
import type { CardIndex } from './rank.ts';
import type { RunContext } from './run-step.ts';
import { runSteps } from './run-steps.ts';
import { type Answers, understand } from './understand.ts';

/** Longest instruction that is read for steps by rule; a longer one is a text with a wish in front. */
export const longestInstruction = 8_000;

export interface RuleRequest {
	readonly request: AskRequest;
	readonly context: RunContext;
	readonly index: CardIndex;
	readonly memory: Memory;
	readonly now: Date;
	/** The Run these answers go on with. */
	readonly resumed: OpenRun | undefined;
	/** Why no model answered, and what it cost to find out. */
	readonly about: Pick<Aggregate, 'note' | 'usage'>;
}

/** An instruction carried out without a model: asked about first where it is not clear, then step by step. */
export async function answerByRule({
	request,
	context,
	index,
	memory,
	now,
	resumed,
	about,
}: RuleRequest): Promise<Envelope> {
	const { session, instruction, onStep } = request;
	const { run } = context;
	const remembered = memory.recall(session.id);
	const done = resumed ?? { behind: 0, results: [], earlier: [] };
	const answers = answersOf(request);
	// Answers are given by place among the results, of which a step may have had several.
	const moved: Answers = (step) => answers(step + done.results.length - done.behind);
	const understood = understand(instruction.slice(0, longestInstruction), index, remembered, now, moved);
	const questions = resumed === undefined ? openQuestions(understood) : undefined;
	if (questions !== undefined) {
		memory.leaveOpen(session.id, undefined);
		return aggregate({ run, results: questions, by: 'offline', ...about });
	}
	const { results, earlier, stoppedAt } = await runSteps(context, {
		understood,
		remembered,
		done,
		answers,
		now,
		onStep,
	});
	memory.remember(session.id, earlier.slice(done.earlier.length));
	memory.leaveOpen(
		session.id,
		stoppedAt === undefined ? undefined : openRunOf({ run, instruction, behind: stoppedAt, results, earlier }),
	);
	return aggregate({ run, results, by: 'offline', ...about });
}

function answersOf({ answers = [] }: AskRequest): Answers {
	return (step) =>
		Object.fromEntries(answers.flatMap((answer) => (answer.step === step ? [[answer.input, answer.value]] : [])));
}

/** A Run that stopped at a question can go on from there; what came before the question stands. */
function openRunOf(stopped: OpenRun): OpenRun {
	const at = stopped.results.findIndex(({ needs }: StepResult) => needs.length > 0);
	const isBefore = ({ step }: Earlier) => step !== undefined && step < at;
	return { ...stopped, results: stopped.results.slice(0, at), earlier: stopped.earlier.filter(isBefore) };
}
