import type { Effect, Target } from '@switchboard/kit/effect';
import type { Grant } from './grants.ts';

/** What is about to be done, as far as policy looks. */
export interface Deed {
	readonly principal: string;
	readonly agent: string;
	readonly skill: string;
	readonly effect: Effect;
	readonly reversible: boolean;
	readonly targets: readonly Target[];
}

export interface Ruling {
	readonly verdict: 'allow' | 'ask' | 'deny';
	/** The name of the rule that decided. */
	readonly rule: string;
}

/** The first grant that matches decides; where none does, the answer is no. */
export function decide(deed: Deed, grants: readonly Grant[]): Ruling {
	const index = grants.findIndex((grant) => matches(grant, deed));
	const grant = grants[index];
	if (grant === undefined) return { verdict: 'deny', rule: 'no grant' };
	return { verdict: grant.verdict, rule: grant.name ?? `grant ${index + 1}` };
}

function matches(grant: Grant, deed: Deed): boolean {
	return (
		(grant.principal === undefined || grant.principal === deed.principal) &&
		(grant.agent === undefined || grant.agent === deed.agent) &&
		(grant.skill === undefined || fits(grant.skill, deed.skill)) &&
		(grant.effects === undefined || grant.effects.includes(deed.effect)) &&
		(grant.reversible === undefined || grant.reversible === deed.reversible) &&
		targetsMatch(grant, deed.targets)
	);
}

/** A rule about targets speaks only of calls that have such a target, and of no other target of that kind. */
function targetsMatch(grant: Grant, targets: readonly Target[]): boolean {
	return Object.entries(grant.targets ?? {}).every(([kind, patterns]) => {
		const values = targets.filter((target) => target.kind === kind).map((target) => target.value);
		return values.length > 0 && values.every((value) => patterns.some((pattern) => fits(pattern, value)));
	});
}

function fits(pattern: string, value: string): boolean {
	return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
