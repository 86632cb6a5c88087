import { z } from 'zod';

/** What a Call does to the world, from harmless to final. */
export const effects = ['read', 'write', 'execute', 'send', 'destroy'] as const;
export const Effect = z.enum(effects);
export type Effect = z.infer<typeof Effect>;

const targetKinds = [
	'path',
	'command',
	'origin',
	'recipient',
	'account',
	'record',
	'table',
	'amount',
	'process',
	'artifact',
] as const;
export const TargetKind = z.enum(targetKinds);
export type TargetKind = z.infer<typeof TargetKind>;

/** One thing a Call acts on: a path, a recipient, an origin. */
export const Target = z.object({ kind: TargetKind, value: z.string() });
export type Target = z.infer<typeof Target>;

/** The graver of two effects. */
export function graver(a: Effect, b: Effect): Effect {
	return effects.indexOf(a) >= effects.indexOf(b) ? a : b;
}
