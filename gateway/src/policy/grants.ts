import { Effect, TargetKind } from '@switchboard/kit/effect';
import { z } from 'zod';
import { problemOfPattern } from './target-pattern.ts';

export const Verdict = z.enum(['allow', 'ask', 'deny']);
export type Verdict = z.infer<typeof Verdict>;

function checkPatterns(targets: Partial<Record<TargetKind, string[]>>, context: z.RefinementCtx): void {
	for (const [kind, patterns] of Object.entries(targets)) {
		for (const pattern of patterns) {
			const problem = problemOfPattern(TargetKind.parse(kind), pattern);
			if (problem !== undefined)
				context.addIssue({ code: 'custom', path: [kind], message: `${JSON.stringify(pattern)}: ${problem}` });
		}
	}
}

/** A written rule: what it names must match, what it leaves out matches all. */
export const Grant = z.strictObject({
	verdict: Verdict,
	principal: z.string().optional(),
	agent: z.string().optional(),
	/** The name hosts see; `*` at its end matches any rest. */
	skill: z.string().optional(),
	effects: z.array(Effect).optional(),
	reversible: z.boolean().optional(),
	/**
	 * What is acted on, by kind: values, or patterns as `/folder/*`, `https://*.example.com`, `http://127.0.0.1:*`,
	 * `*@example.com`; of other kinds a prefix ending in `*`. An `allow` wants all targets of a kind named, others any.
	 */
	targets: z.partialRecord(TargetKind, z.array(z.string()).min(1)).superRefine(checkPatterns).optional(),
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
