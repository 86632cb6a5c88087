import { randomUUID } from 'node:crypto';
import type { Log } from '@switchboard/kit/log';
import { createSchemaCheck, type SchemaCheck } from '../adapters/json-schema.ts';
import type { AskRequest, Catalog, Decision, Entry, Envelope, HandleCall, Session } from '../gateway.ts';
import { aggregate, type StepResult } from '../results/aggregate.ts';
import { createMemory, type OpenRun } from './memory.ts';
import type { ChatModel } from './model.ts';
import { runModelLoop } from './model-loop.ts';
import { openQuestions } from './open-questions.ts';
import { type CardIndex, createCardIndex } from './rank.ts';
import type { Earlier } from './recall.ts';
import type { RunContext } from './run-step.ts';
import { runSteps } from './run-steps.ts';
import { type Answers, understand } from './understand.ts';

export interface AskParts {
	readonly catalog: Catalog;
	readonly call: HandleCall;
	readonly log: Log;
	/** Chooses Skills and arguments where one is configured; every failure of it falls back to the rules. */
	readonly model?: ChatModel;
	readonly check?: SchemaCheck;
	/** What is known of an Agent beyond its Cards. */
	readonly about?: (agent: string) => string;
	readonly now?: () => Date;
}

export interface Ask {
	/** Carries out an instruction and says in one Envelope what came of it. */
	ask(request: AskRequest): Promise<Envelope>;
	/** What `ask` would do with these words, having done nothing. */
	route(
		session: Session,
		instruction: string,
	): Promise<readonly { readonly text: string; readonly decision: Decision }[]>;
	/** Drops what is remembered of a Session that is over. */
	forget(session: string): void;
}

/** Longest instruction that is read for steps by rule; a longer one is a text with a wish in front. */
const longestInstruction = 8_000;

/** Instructions in plain words: by the configured model, else by rule; each Step is an ordinary Call. */
export function createAsk({
	catalog,
	call,
	log,
	model,
	check = createSchemaCheck(),
	about,
	now = () => new Date(),
}: AskParts): Ask {
	const memory = createMemory();
	const indexOf = rememberedIndex(about);

	async function ask(request: AskRequest): Promise<Envelope> {
		const { session, host, signal } = request;
		const index = indexOf(await catalog.list(session));
		const resumed = request.answers === undefined ? undefined : memory.openRun(session.id, request.instruction);
		const run = resumed?.run ?? randomUUID();
		const context: RunContext = { run, session, host, signal, call };
		if (model === undefined || resumed !== undefined) return offline(request, context, index);
		const answered = await runModelLoop({
			model,
			index,
			check,
			log,
			context,
			request,
			remembered: memory.recall(session.id),
		});
		if (answered.kind === 'failed') return offline(request, context, index, answered);
		memory.remember(session.id, answered.earlier);
		return aggregate({ run, results: answered.results, by: 'model', usage: answered.usage, said: answered.text });
	}

	async function offline(
		request: AskRequest,
		context: RunContext,
		index: CardIndex,
		failed?: Failed,
	): Promise<Envelope> {
		const { session, onStep } = request;
		const instruction = request.instruction.slice(0, longestInstruction);
		const note = failed === undefined ? {} : { note: failed.reason, usage: failed.usage };
		if (failed !== undefined && failed.results.length > 0) {
			// What the model has begun is not begun again by rule: some of it is done.
			memory.remember(session.id, failed.earlier);
			return aggregate({ run: context.run, results: failed.results, by: 'offline', ...note });
		}
		const remembered = memory.recall(session.id);
		const answers = answersOf(request);
		const resumed = request.answers === undefined ? undefined : memory.openRun(session.id, request.instruction);
		const done = resumed ?? { behind: 0, results: [], earlier: [] };
		// Answers are given by place among the results, of which a step may have had several.
		const moved: Answers = (step) => answers(step + done.results.length - done.behind);
		const understood = understand(instruction, index, remembered, now(), moved);
		const questions = resumed === undefined ? openQuestions(understood) : undefined;
		if (questions !== undefined) {
			memory.leaveOpen(session.id, undefined);
			return aggregate({ run: context.run, results: questions, by: 'offline', ...note });
		}
		const { results, earlier, stoppedAt } = await runSteps(context, {
			understood,
			remembered,
			done,
			answers,
			now: now(),
			onStep,
		});
		memory.remember(session.id, earlier.slice(done.earlier.length));
		memory.leaveOpen(
			session.id,
			stoppedAt === undefined ? undefined : openRunOf(context.run, request.instruction, stoppedAt, results, earlier),
		);
		return aggregate({ run: context.run, results, by: 'offline', ...note });
	}

	async function route(session: Session, instruction: string) {
		const index = indexOf(await catalog.list(session));
		const understood = understand(instruction.slice(0, longestInstruction), index, memory.recall(session.id), now());
		return understood.map(({ text, decision, entry }) => ({ text, decision: leading(decision, entry) }));
	}

	return { ask, route, forget: memory.forget };
}

type Failed = Extract<Awaited<ReturnType<typeof runModelLoop>>, { readonly kind: 'failed' }>;

/** Where another Skill has to come first, it is the one that leads. */
function leading(decision: Decision, entry: Entry | undefined): Decision {
	const [best] = decision.candidates;
	if (entry === undefined || best === undefined || best.entry === entry) return decision;
	const own = decision.candidates.find((candidate) => candidate.entry === entry) ?? {
		entry,
		score: best.score,
		reasons: [`gives what ${best.entry.name} needs`],
	};
	return { ...decision, candidates: [own, ...decision.candidates.filter((candidate) => candidate !== own)] };
}

function answersOf({ answers = [] }: AskRequest): Answers {
	return (step) =>
		Object.fromEntries(answers.flatMap((answer) => (answer.step === step ? [[answer.input, answer.value]] : [])));
}

/** A Run that stopped at a question can go on from there; what came before the question stands. */
function openRunOf(
	run: string,
	instruction: string,
	behind: number,
	results: readonly StepResult[],
	earlier: readonly Earlier[],
): OpenRun {
	const at = results.findIndex(({ needs }) => needs.length > 0);
	return {
		run,
		instruction,
		behind,
		results: results.slice(0, at),
		earlier: earlier.filter(({ step }) => step !== undefined && step < at),
	};
}

/** Cards change seldom: an index serves until one does. */
function rememberedIndex(about: AskParts['about']): (entries: readonly Entry[]) => CardIndex {
	const kept: CardIndex[] = [];
	return (entries) => {
		const known = kept.find(
			(index) => index.entries.length === entries.length && index.entries.every((entry, at) => entry === entries[at]),
		);
		if (known !== undefined) return known;
		const index = createCardIndex(entries, about);
		kept.unshift(index);
		kept.splice(4);
		return index;
	};
}
