import { randomUUID } from 'node:crypto';
import type { Log } from '@switchboard/kit/log';
import { createSchemaCheck, type SchemaCheck } from '../adapters/json-schema.ts';
import type { AskRequest, Catalog, Decision, Entry, Envelope, HandleCall, Session } from '../gateway.ts';
import { aggregate } from '../results/aggregate.ts';
import { answerByRule, longestInstruction } from './by-rule.ts';
import { createMemory } from './memory.ts';
import type { ChatModel } from './model.ts';
import { runModelLoop } from './model-loop.ts';
import { type CardIndex, createCardIndex } from './rank.ts';
import { understand } from './understand.ts';

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
		const { session, host, signal, instruction, answers } = request;
		const index = indexOf(await catalog.list(session));
		const resumed = answers === undefined ? undefined : memory.openRun(session.id, instruction);
		const context = { run: resumed?.run ?? randomUUID(), session, host, signal, call };
		const byRule = { request, context, index, memory, now: now(), resumed };
		// What the rules have begun they also end.
		if (model === undefined || resumed !== undefined) return answerByRule({ ...byRule, about: {} });

		const outcome = await runModelLoop({
			model,
			index,
			check,
			log,
			context,
			request,
			remembered: memory.recall(session.id),
		});
		const { results, earlier, usage } = outcome;
		if (outcome.kind === 'failed' && results.length === 0) {
			return answerByRule({ ...byRule, about: signal.aborted ? { usage } : { note: outcome.reason, usage } });
		}
		memory.remember(session.id, earlier);
		const told = { run: context.run, results, usage };
		// What the model has begun is not begun again by rule: some of it is done.
		return outcome.kind === 'failed'
			? aggregate({ ...told, by: 'offline', note: outcome.reason })
			: aggregate({ ...told, by: 'model', said: outcome.text });
	}

	async function route(session: Session, instruction: string) {
		const index = indexOf(await catalog.list(session));
		const understood = understand(instruction.slice(0, longestInstruction), index, memory.recall(session.id), now());
		return understood.map(({ text, decision, entry }) => ({ text, decision: leading(decision, entry) }));
	}

	return { ask, route, forget: memory.forget };
}

/** Where another Skill has to come first, it is the one that leads. */
function leading(decision: Decision, entry: Entry | undefined): Decision {
	const [best] = decision.candidates;
	if (entry === undefined || best === undefined || best.entry === entry) return decision;
	const reasons = [`gives what ${best.entry.name} needs`];
	const own = decision.candidates.find((candidate) => candidate.entry === entry) ?? {
		entry,
		score: best.score,
		reasons,
	};
	return { ...decision, candidates: [own, ...decision.candidates.filter((candidate) => candidate !== own)] };
}

/** Cards change seldom: an index serves until one does. */
function rememberedIndex(about: AskParts['about']): (entries: readonly Entry[]) => CardIndex {
	const kept: CardIndex[] = [];
	return (entries) => {
		const isSame = (index: CardIndex) =>
			index.entries.length === entries.length && index.entries.every((entry, at) => entry === entries[at]);
		const index = kept.find(isSame) ?? createCardIndex(entries, about);
		// The one used last is dropped last.
		kept.splice(0, kept.length, index, ...kept.filter((other) => other !== index).slice(0, 3));
		return index;
	};
}
