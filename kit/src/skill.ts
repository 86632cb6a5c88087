import type { z } from 'zod';
import type { Call } from './call.ts';
import type { Effect, Target, TargetKind } from './effect.ts';
import { jsonSchemaOf } from './schema.ts';
import type { Card, Source, World } from './wire.ts';

/** A content block of an MCP result. */
export type ContentBlock =
	| { readonly type: 'text'; readonly text: string }
	| { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
	| {
			readonly type: 'resource_link';
			readonly uri: string;
			readonly name: string;
			readonly mimeType?: string;
			readonly size?: number;
	  };

/** What `prepare` answers: the effect and targets of these very arguments, and a preview a human can read. */
export interface Preparation {
	readonly effect: Effect;
	readonly targets: readonly Target[];
	readonly preview: string;
	readonly reversible?: boolean;
	/** Whatever must not have changed between question and deed, such as the hash of a draft. */
	readonly state?: unknown;
}

export interface Skill<
	Ports = never,
	Input extends z.ZodObject = z.ZodObject,
	Output extends z.ZodObject = z.ZodObject,
> {
	readonly name: string;
	readonly title: string;
	/** Third person, verb first, for a reader who has only this sentence. */
	readonly description: string;
	/** The gravest effect a Call may have; `prepare` may say less for given arguments. */
	readonly effect: Effect;
	/** `open` reaches beyond this machine. */
	readonly world: World;
	readonly reversible?: boolean;
	readonly idempotent?: boolean;
	readonly input: Input;
	readonly output: Output;
	/** Which inputs name what is acted on, with the kind of each. */
	readonly targets?: { readonly [Key in keyof z.infer<Input>]?: TargetKind };
	/** Whose words come back. `outside` text is fenced. */
	readonly source?: Source;
	readonly private?: boolean;
	/** Question for a human, with `{input}` placeholders. */
	readonly confirm?: string;
	readonly examples: readonly string[];
	/** Says what `run` would do with these arguments, having done nothing. For Skills whose arguments hide it. */
	prepare?(input: z.infer<Input>, ports: Ports, call: Call): Promise<Preparation>;
	run(input: z.infer<Input>, ports: Ports, call: Call): Promise<z.infer<Output>>;
	/** The result as text for the model; JSON of the output where absent. */
	render?(output: z.infer<Output>): string;
}

/** A Skill of any shape, as an Agent holds it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of Skills of differing inputs has no narrower common type
export type AnySkill<Ports> = Skill<Ports, any, any>;

/** Fixes a Skill's types; the names and limits of its parts are checked where an Agent is defined. */
export function defineSkill<Ports, Input extends z.ZodObject, Output extends z.ZodObject>(
	skill: Skill<Ports, Input, Output>,
): Skill<Ports, Input, Output> {
	return skill;
}

/** Schemas are costly to convert, and a Skill never changes. */
const cards = new WeakMap<AnySkill<never>, Card>();

/** The part of a Skill that is data. */
export function cardOf(skill: AnySkill<never>): Card {
	const known = cards.get(skill);
	if (known !== undefined) return known;
	const card = makeCard(skill);
	cards.set(skill, card);
	return card;
}

function makeCard(skill: AnySkill<never>): Card {
	return {
		name: skill.name,
		title: skill.title,
		description: skill.description,
		inputSchema: jsonSchemaOf(skill.input, 'input'),
		outputSchema: jsonSchemaOf(skill.output, 'output'),
		effect: skill.effect,
		world: skill.world,
		reversible: skill.reversible ?? skill.effect === 'read',
		idempotent: skill.idempotent ?? skill.effect === 'read',
		targets: { ...skill.targets } as Record<string, TargetKind>,
		prepares: skill.prepare !== undefined,
		source: skill.source ?? 'own',
		private: skill.private ?? false,
		...(skill.confirm !== undefined && { confirm: skill.confirm }),
		examples: [...skill.examples],
	};
}

/** The standard annotations every host understands, derived so that they cannot disagree with the effect. */
export function annotationsOf(card: Card) {
	return {
		title: card.title,
		readOnlyHint: card.effect === 'read',
		destructiveHint:
			card.effect === 'destroy' || card.effect === 'execute' || card.effect === 'send' || !card.reversible,
		idempotentHint: card.idempotent,
		openWorldHint: card.world === 'open',
	};
}
