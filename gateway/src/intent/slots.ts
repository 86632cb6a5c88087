import type { TargetKind } from '@switchboard/kit/effect';
import type { Card } from '@switchboard/kit/wire';
import { type Accepts, acceptsOf } from './accepts.ts';
import { words } from './terms.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One input of a Card, read for what it takes. */
export interface Slot {
	readonly name: string;
	/** The words of its name, by which an instruction can call it. */
	readonly words: readonly string[];
	readonly accepts: readonly Accepts[];
	readonly schema: JsonSchema;
	readonly description: string;
	readonly required: boolean;
	/** The input that may be given instead. */
	readonly instead: string | undefined;
	readonly many: boolean;
	readonly target: TargetKind | undefined;
	readonly choices: readonly (string | number | boolean)[];
}

const known = new WeakMap<object, readonly Slot[]>();

/** The inputs of a Card, in its own order; read once a Card. */
export function slotsOf(card: Pick<Card, 'inputSchema' | 'targets' | 'effect'>): readonly Slot[] {
	let slots = known.get(card);
	if (slots === undefined) {
		slots = slotsOfSchema(card.inputSchema, card.targets).map((slot) =>
			card.effect === 'read' ? soughtBy(slot) : slot,
		);
		known.set(card, slots);
	}
	return slots;
}

/** What a reading Skill takes as text is what it looks for. */
function soughtBy(slot: Slot): Slot {
	return { ...slot, accepts: slot.accepts.map((accepts) => (accepts === 'message' ? 'query' : accepts)) };
}

export function slotsOfSchema(schema: JsonSchema, targets: Readonly<Record<string, TargetKind>> = {}): Slot[] {
	const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
	const required = Array.isArray(schema.required) ? (schema.required as readonly string[]) : [];
	return Object.entries(properties).map(([name, property]) =>
		slotOf(name, isSchema(property) ? property : {}, required.includes(name), targets[name]),
	);
}

function slotOf(name: string, property: JsonSchema, required: boolean, target: TargetKind | undefined): Slot {
	const outer = plain(property);
	const many = typeOf(outer) === 'array';
	const schema = many ? plain((outer.items ?? {}) as JsonSchema) : outer;
	const description = [outer.description, schema.description].find((one) => typeof one === 'string') as
		| string
		| undefined;
	const choices = choicesOf(schema);
	const instead = /\beither this or (\w+)/i.exec(description ?? '')?.[1];
	return {
		name,
		description: description ?? '',
		target,
		words: words(name),
		accepts:
			choices.length > 0
				? ['choice']
				: acceptsOf({ name, target, description: description ?? '', type: typeOf(schema), format: schema.format }),
		schema: outer,
		// A required input with a default is one the schema fills by itself; of two that exclude each other one is needed.
		required: (required || instead !== undefined) && outer.default === undefined,
		instead,
		many,
		choices,
	};
}

/** A union with `null` is what remains without it; of several shapes the first counts. */
function plain(schema: JsonSchema): JsonSchema {
	const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
	if (!Array.isArray(options)) return schema;
	const first = options.find((option) => option.type !== 'null');
	return first === undefined
		? schema
		: {
				...plain(first),
				...(schema.description !== undefined && { description: schema.description }),
				...(schema.default !== undefined && { default: schema.default }),
			};
}

function typeOf(schema: JsonSchema): string | undefined {
	const { type } = schema;
	if (Array.isArray(type)) return type.find((one) => one !== 'null');
	return typeof type === 'string' ? type : undefined;
}

function choicesOf(schema: JsonSchema): readonly (string | number | boolean)[] {
	if (Array.isArray(schema.enum)) return schema.enum.filter((one) => one !== null);
	return schema.const === undefined ? [] : [schema.const as string];
}

/** Foreign schemas hold `true`, `null` and worse where a schema is expected. */
function isSchema(value: unknown): value is JsonSchema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What nobody spells out: a reference, an id, a hash. */
export function isHandle({ accepts, name }: Slot): boolean {
	return (
		accepts.some((one) => one === 'id' || one === 'ref' || one === 'uri') || /hash|digest|token|cursor/i.test(name)
	);
}
