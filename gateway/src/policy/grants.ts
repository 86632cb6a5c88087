import { Effect, TargetKind } from '@switchboard/kit/effect';
import { z } from 'zod';

export const Verdict = z.enum(['allow', 'ask', 'deny']);
export type Verdict = z.infer<typeof Verdict>;

/** A written rule: what it names must match, what it leaves out matches all. */
export const Grant = z.strictObject({
	verdict: Verdict,
	principal: z.string().optional(),
	agent: z.string().optional(),
	/** The name hosts see; `*` at its end matches any rest. */
	skill: z.string().optional(),
	effects: z.array(Effect).optional(),
	reversible: z.boolean().optional(),
	/** Every target of a kind named here must match one of its patterns: a value, or a prefix ending in `*`. */
	targets: z.partialRecord(TargetKind, z.array(z.string())).optional(),
	/** Shown where this rule decides. */
	name: z.string().optional(),
});
export type Grant = z.infer<typeof Grant>;

/** What ships: reading and what can be undone is done, the rest is asked, nothing else exists. */
export const shippedGrants: readonly Grant[] = [
	{ name: 'reads', verdict: 'allow', effects: ['read'] },
	{ name: 'writes that can be undone', verdict: 'allow', effects: ['write'], reversible: true },
	{ name: 'writes', verdict: 'ask', effects: ['write'] },
	{ name: 'executing', verdict: 'ask', effects: ['execute'] },
	{ name: 'sending', verdict: 'ask', effects: ['send'] },
	{ name: 'destroying', verdict: 'ask', effects: ['destroy'] },
];
