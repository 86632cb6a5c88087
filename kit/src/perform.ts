import type { Call } from './call.ts';
import type { Claims } from './claims.ts';
import { digestOf } from './digest.ts';
import { type Effect, graver, type Target } from './effect.ts';
import { once } from './once.ts';
import { clean } from './outside.ts';
import { resultOf, type SkillResult } from './result.ts';
import { parseOrFault } from './schema.ts';
import type { Secrets } from './secrets.ts';
import { type AnySkill, type ContentBlock, cardOf, type Preparation } from './skill.ts';
import type { Artifact, CallMeta, Prepared } from './wire.ts';

export { faultResult, preparedResult, type SkillResult, structuredLimit } from './result.ts';

/** One Call with all it needs, its input parsed. */
export interface Performance<Ports> {
	readonly skill: AnySkill<Ports>;
	readonly input: Record<string, unknown>;
	readonly ports: Ports;
	readonly call: Call;
	/** Blocks that `call.attach` and artifacts that `call.artifacts` gathered. */
	readonly gathered: { readonly blocks: readonly ContentBlock[]; readonly artifacts: readonly Artifact[] };
	readonly secrets: Secrets;
	/** Opened where a Call needs it. */
	readonly claims: () => Claims;
}

export function inputOf(skill: AnySkill<never>, args: unknown): Record<string, unknown> {
	return parseOrFault<Record<string, unknown>>(skill.input, args, skill.name);
}

/** What a Call would do, bound by its digest. A Skill without `prepare` is what its Card and inputs say. */
export async function prepare<Ports>({ skill, input, ports, call, secrets }: Performance<Ports>): Promise<Prepared> {
	const said: Preparation = (await skill.prepare?.(input, ports, call)) ?? {
		effect: skill.effect,
		targets: targetsOf(skill, input),
		preview: previewOf(skill, input),
	};
	const { effect, targets, state } = said;
	if (graver(effect, skill.effect) !== skill.effect) {
		throw new TypeError(`${skill.name} prepared ${effect}, which is graver than the ${skill.effect} on its Card`);
	}
	const preview = clean(secrets.scrub(said.preview));
	return {
		effect,
		targets: [...targets],
		preview,
		digest: digestOf({ skill: skill.name, input, effect, targets, preview, state: state ?? null }),
		...(said.reversible !== undefined && { reversible: said.reversible }),
	};
}

/** Carries a Call out. The one place in an Agent where a Skill runs. */
export async function perform<Ports>(
	performance: Performance<Ports>,
	meta: Pick<CallMeta, 'idempotencyKey'>,
	effect: Effect,
): Promise<SkillResult> {
	const { skill, input, ports, call, claims } = performance;
	const act = async (): Promise<SkillResult> => resultOf(performance, await skill.run(input, ports, call));
	const isFinal = effect === 'send' || effect === 'destroy';
	const isClaimed = effect !== 'read' && !skill.idempotent && (isFinal || meta.idempotencyKey !== undefined);
	if (!isClaimed) return await act();
	const key = `${call.principal} ${call.idempotencyKey}`;
	return await once(claims(), key, digestOf({ skill: skill.name, input }), act);
}

/** A target that is left out, or given as several, is none or several. */
function targetsOf(skill: AnySkill<never>, input: Record<string, unknown>): Target[] {
	return Object.entries(cardOf(skill).targets).flatMap(([name, kind]) =>
		[input[name]]
			.flat()
			.filter((value) => value !== undefined)
			.map((value) => ({ kind, value: String(value) })),
	);
}

function previewOf(skill: AnySkill<never>, input: Record<string, unknown>): string {
	if (skill.confirm === undefined) return `${skill.title}: ${JSON.stringify(input)}`;
	return skill.confirm.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(input[name] ?? ''));
}
