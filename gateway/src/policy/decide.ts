import type { Effect, Target } from '@switchboard/kit/effect';
import type { Grant } from './grants.ts';
import { targetFits, textFits } from './target-pattern.ts';

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
		(grant.skill === undefined || textFits(grant.skill, deed.skill)) &&
		(grant.effects === undefined || grant.effects.includes(deed.effect)) &&
		(grant.reversible === undefined || grant.reversible === deed.reversible) &&
		targetsMatch(grant, deed.targets)
	);
}

/**
 * A rule about targets speaks only of calls that have such a target. A yes holds for calls that have no other of that
 * kind, a question or a no for calls that have any such; a target that cannot be read is never in a yes.
 */
function targetsMatch({ verdict, targets: named = {} }: Grant, targets: readonly Target[]): boolean {
	return Object.entries(named).every(([kind, patterns]) => {
		const ofKind = targets.filter((target) => target.kind === kind);
		const isNamed = (target: Target): boolean => {
			const fits = patterns.map((pattern) => targetFits(target.kind, pattern, target.value));
			return fits.includes(true) || (verdict !== 'allow' && fits.includes(undefined));
		};
		return ofKind.length > 0 && (verdict === 'allow' ? ofKind.every(isNamed) : ofKind.some(isNamed));
	});
}
