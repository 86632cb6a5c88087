import { asFault, type Fault } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import type { SchemaCheck } from '../adapters/json-schema.ts';
import type { AskRequest, Entry } from '../gateway.ts';
import type { StepResult } from '../results/aggregate.ts';
import { oneLine } from '../results/excerpt.ts';
import type { Earlier } from './findings.ts';
import type { ChatMessage, ChatModel, ChatReply, ToolCall } from './model.ts';
import { openingMessages, resultMessage } from './model-messages.ts';
import { createOffer, type Offer, searchTool } from './offer.ts';
import type { CardIndex } from './rank.ts';
import { begunStep, type RunContext, runStep } from './run-step.ts';

export interface ModelLoop {
	readonly model: ChatModel;
	readonly index: CardIndex;
	readonly check: SchemaCheck;
	readonly log: Log;
	readonly context: RunContext;
	readonly request: Pick<AskRequest, 'instruction' | 'answers' | 'onStep'>;
	/** Results of earlier Runs of this Session. */
	readonly remembered: readonly Earlier[];
}

interface Progress {
	readonly results: readonly StepResult[];
	readonly earlier: readonly Earlier[];
	readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** The model's own words at the end, or why it did not get there; in both cases what was done. */
export type ModelOutcome = Progress &
	({ readonly kind: 'answered'; readonly text: string } | { readonly kind: 'failed'; readonly reason: string });

const limits = { steps: 20, rounds: 30, badCallsInARow: 2 };

/** Lets a model choose one Skill after another, each seeing what came before; every call is checked, then an ordinary Call. */
export async function runModelLoop(loop: ModelLoop): Promise<ModelOutcome> {
	const { model, index, context, request, remembered } = loop;
	const talk: Talk = {
		messages: openingMessages(request, remembered),
		offer: createOffer(index, request.instruction),
		results: [],
		earlier: [],
		badCalls: 0,
	};
	const { results, earlier } = talk;
	const usage = { inputTokens: 0, outputTokens: 0 };
	const failed = (reason: string): ModelOutcome => ({
		kind: 'failed',
		reason: reasonOf(reason, results.length),
		results,
		earlier,
		usage,
	});

	for (let round = 0; round < limits.rounds; round += 1) {
		const reply = await askModel(model, talk, context.signal);
		if (!('text' in reply)) {
			loop.log.warn({ run: context.run, fault: reply.kind }, 'model did not answer');
			return failed(reply.message);
		}
		usage.inputTokens += reply.inputTokens;
		usage.outputTokens += reply.outputTokens;
		const text = reply.text.trim();
		if (reply.calls.length === 0)
			return text === '' ? failed('The model answered nothing.') : { kind: 'answered', text, results, earlier, usage };
		if (usage.inputTokens + usage.outputTokens > model.tokensPerRun)
			return failed('The budget of tokens for one instruction is used up.');
		talk.messages.push({ role: 'assistant', text: reply.text, calls: reply.calls });
		for (const call of reply.calls) {
			const problem = await answerCall(loop, talk, call, text);
			if (problem !== undefined) return failed(problem);
		}
	}
	return failed('The model went round in circles.');
}

/** A conversation under way. */
interface Talk {
	readonly messages: ChatMessage[];
	readonly offer: Offer;
	readonly results: StepResult[];
	readonly earlier: Earlier[];
	badCalls: number;
}

/** Makes one call the model wants, or tells it what is wrong; a reason comes back where that leads nowhere. */
async function answerCall(loop: ModelLoop, talk: Talk, call: ToolCall, said: string): Promise<string | undefined> {
	const { offer, results, earlier } = talk;
	const tell = (text: string) => void talk.messages.push({ role: 'tool', call: call.id, text });
	const wanted = readCall(call, offer, loop.check);
	talk.badCalls = 'problem' in wanted ? talk.badCalls + 1 : 0;
	if (talk.badCalls >= limits.badCallsInARow)
		return 'The model kept calling Skills that do not exist or with arguments that do not fit.';
	if ('problem' in wanted) return tell(wanted.problem);
	if ('search' in wanted) return tell(offer.search(wanted.search));
	if (results.length >= limits.steps) return `The model took more than ${limits.steps} steps.`;
	const { result, left } = await take(loop, wanted, said, results.length);
	results.push(result);
	earlier.push(left);
	return tell(resultMessage(wanted.entry, result));
}

function askModel(model: ChatModel, { messages, offer }: Talk, signal: AbortSignal): Promise<ChatReply | Fault> {
	return model.chat({ messages, tools: offer.tools(), signal }).catch(asFault);
}

interface Wanted {
	readonly entry: Entry;
	readonly args: Readonly<Record<string, unknown>>;
}

/** A call as it may be made, or what is wrong with it in words the model can act on. */
function readCall(
	{ name, args }: ToolCall,
	offer: Offer,
	check: SchemaCheck,
): Wanted | { readonly search: string } | { readonly problem: string } {
	const parsed = parse(args);
	if (parsed === undefined)
		return {
			problem: `invalid_input: the arguments of ${oneLine(name, 64)} are no JSON object. Call it again with one.`,
		};
	if (name === searchTool.name) {
		return typeof parsed.query === 'string' && parsed.query.trim() !== ''
			? { search: parsed.query }
			: { problem: 'invalid_input: query is missing.' };
	}
	const entry = offer.find(name);
	if (entry === undefined)
		return {
			problem: `not_found: there is no tool named ${JSON.stringify(oneLine(name, 64))}. Use one that is offered, or ${searchTool.name}.`,
		};
	const problems = check(entry.card.inputSchema, parsed);
	return problems.length === 0
		? { entry, args: parsed }
		: { problem: `invalid_input: ${problems.join('; ')}. Correct the named inputs and call again.` };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(text === '' ? '{}' : text);
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

async function take(
	{ context, request }: ModelLoop,
	{ entry, args }: Wanted,
	said: string,
	place: number,
): Promise<{ result: StepResult; left: Earlier }> {
	const words = { text: oneLine(said === '' ? request.instruction : said, 300), why: ['The model chose it.'] };
	request.onStep?.(begunStep(words, entry, args), place, place + 1);
	const { result, earlier } = await runStep(context, entry, args, words, place);
	request.onStep?.(result.step, place, place + 1);
	return { result, left: earlier };
}

function reasonOf(reason: string, steps: number): string {
	return steps === 0
		? `${reason} So this was done offline, by rule.`
		: `${reason} What had been done by then is listed; nothing was begun again.`;
}
