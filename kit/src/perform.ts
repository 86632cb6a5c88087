import type { Call } from './call.ts';
import type { Claims } from './claims.ts';
import { digestOf } from './digest.ts';
import type { Effect } from './effect.ts';
import { asFault, Fault } from './fault.ts';
import { clean, fence } from './outside.ts';
import { parseOrFault } from './schema.ts';
import type { Secrets } from './secrets.ts';
import { type AnySkill, type ContentBlock, cardOf, type Preparation } from './skill.ts';
import { spill } from './spill.ts';
import { type Artifact, type CallMeta, metaKeys, type Prepared } from './wire.ts';

/** The result of `tools/call`, in the form both protocol eras share. */
export interface SkillResult {
	content: ContentBlock[];
	structuredContent?: Record<string, unknown>;
	isError?: boolean;
	_meta?: Record<string, unknown>;
	[key: string]: unknown;
}

/** Most bytes of structured content a result carries. */
export const structuredLimit = 1_000_000;

export interface Performance<Ports> {
	readonly skill: AnySkill<Ports>;
	readonly args: unknown;
	readonly ports: Ports;
	readonly call: Call;
	/** Blocks that `call.attach` and artifacts that `call.artifacts` gathered. */
	readonly gathered: { readonly blocks: readonly ContentBlock[]; readonly artifacts: readonly Artifact[] };
	readonly secrets: Secrets;
	readonly claims: Claims;
}

/** What a Call would do, bound by its digest. A Skill without `prepare` is what its Card and inputs say. */
export async function prepare<Ports>({ skill, args, ports, call }: Performance<Ports>): Promise<Prepared> {
	const input = inputOf(skill, args);
	const said: Preparation = (await skill.prepare?.(input, ports, call)) ?? {
		effect: skill.effect,
		targets: targetsOf(skill, input),
		preview: previewOf(skill, input),
	};
	const { effect, targets, preview, state } = said;
	return {
		effect,
		targets: [...targets],
		preview,
		digest: digestOf({ skill: skill.name, input, effect, targets, preview, state: state ?? null }),
		...(said.reversible !== undefined && { reversible: said.reversible }),
	};
}

/** Carries a Call out: parse, claim, run, check, render. The one place in an Agent where a Skill runs. */
export async function perform<Ports>(
	performance: Performance<Ports>,
	meta: Partial<CallMeta>,
	effect: Effect,
): Promise<SkillResult> {
	const { skill, args, ports, call, claims } = performance;
	const input = inputOf(skill, args);
	const once =
		effect !== 'read' &&
		!skill.idempotent &&
		(meta.idempotencyKey !== undefined || effect === 'send' || effect === 'destroy');
	if (!once) return resultOf(performance, await skill.run(input, ports, call));

	const key = `${call.principal} ${call.idempotencyKey}`;
	const recorded = recordedOutcome(claims, key, digestOf({ skill: skill.name, input }));
	if (recorded !== undefined) return resultOf(performance, recorded);
	try {
		const output = await skill.run(input, ports, call);
		claims.done(key, output);
		return await resultOf(performance, output);
	} catch (error) {
		const fault = asFault(error);
		if (fault.retryable) claims.release(key);
		else claims.failed(key, fault.toWire());
		throw error;
	}
}

/** Takes the key, or gives back the output it already had. */
function recordedOutcome(claims: Claims, key: string, digest: string): unknown {
	const claim = claims.claim(key, digest);
	switch (claim.state) {
		case 'new':
			return undefined;
		case 'done':
			return claim.result;
		case 'failed':
			throw Fault.fromWire(claim.fault);
		case 'running':
			throw new Fault('conflict', 'A call with this idempotency key is still running.', {
				hint: 'Wait for it; do not send it again.',
			});
		case 'unknown':
			throw new Fault('unknown_outcome', 'A call with this idempotency key began and its outcome is not known.', {
				hint: 'Look whether it had its effect before sending it under a new key.',
			});
		case 'other':
			throw new Fault('conflict', 'This idempotency key was used for other arguments.', { hint: 'Use a new key.' });
	}
}

async function resultOf<Ports>(
	{ skill, call, gathered, secrets }: Performance<Ports>,
	output: unknown,
): Promise<SkillResult> {
	const structured = secrets.scrubValue(skill.output.parse(output)) as Record<string, unknown>;
	const size = Buffer.byteLength(JSON.stringify(structured));
	if (size > structuredLimit) {
		throw new Fault('too_large', `The result has ${size} bytes, the limit is ${structuredLimit}.`, {
			hint: 'Ask for less: a smaller limit, a narrower query, or the next page by cursor.',
		});
	}
	const rendered = secrets.scrub(skill.render?.(structured) ?? JSON.stringify(structured));
	const spilt = await spill(rendered, call.artifacts);
	const fenced = skill.source === 'outside' ? fence(spilt.text) : { text: clean(spilt.text), nonce: undefined };
	return {
		content: [
			{ type: 'text', text: fenced.text },
			...gathered.blocks,
			...(spilt.link === undefined ? [] : [spilt.link]),
			...gathered.artifacts.map(
				({ uri, name, mimeType, size }): ContentBlock => ({ type: 'resource_link', uri, name, mimeType, size }),
			),
		],
		structuredContent: structured,
		...metaOf({
			...(fenced.nonce !== undefined && { [metaKeys.outside]: { nonce: fenced.nonce } }),
			...(gathered.artifacts.length > 0 && { [metaKeys.artifacts]: gathered.artifacts }),
		}),
	};
}

function metaOf(meta: Record<string, unknown>): { _meta?: Record<string, unknown> } {
	return Object.keys(meta).length === 0 ? {} : { _meta: meta };
}

/** A failure as a result the model can read and the Gateway can judge. */
export function faultResult(fault: Fault, secrets?: Secrets): SkillResult {
	const scrub = secrets?.scrub ?? ((text: string) => text);
	const wire = fault.toWire();
	const text = scrub(wire.hint === undefined ? wire.message : `${wire.message} ${wire.hint}`);
	return {
		content: [{ type: 'text', text: `${wire.kind}: ${text}` }],
		isError: true,
		_meta: {
			[metaKeys.fault]: {
				...wire,
				message: scrub(wire.message),
				...(wire.hint !== undefined && { hint: scrub(wire.hint) }),
			},
		},
	};
}

/** The result of a prepare: nothing done, the preview for a human, the digest for the doing. */
export function preparedResult(prepared: Prepared): SkillResult {
	return { content: [{ type: 'text', text: prepared.preview }], _meta: { [metaKeys.prepared]: prepared } };
}

function inputOf(skill: AnySkill<never>, args: unknown): Record<string, unknown> {
	return parseOrFault<Record<string, unknown>>(skill.input, args, skill.name);
}

function targetsOf(skill: AnySkill<never>, input: Record<string, unknown>) {
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
