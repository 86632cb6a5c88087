import { z } from 'zod';

/** What is at a path, told from any other state of it. */
const Signature = z.string();

/** How one part of a change is taken back. `now` is what must still be there, so that nothing later is lost. */
export const UndoStep = z.discriminatedUnion('do', [
	/** What was written over comes back. */
	z.object({ do: z.literal('restore'), path: z.string(), kept: z.string(), now: Signature }),
	/** What was made goes. */
	z.object({ do: z.literal('discard'), path: z.string(), now: Signature }),
	/** What was appended goes. */
	z.object({ do: z.literal('truncate'), path: z.string(), size: z.int(), now: Signature }),
	/** What was moved goes back. */
	z.object({ do: z.literal('rename'), path: z.string(), to: z.string(), now: Signature }),
	/** What was removed comes back. */
	z.object({ do: z.literal('put_back'), path: z.string(), kept: z.string() }),
	/** Folders that were made go, innermost first, if they are empty. */
	z.object({ do: z.literal('unmake'), path: z.string() }),
]);
export type UndoStep = z.infer<typeof UndoStep>;

/** A change that can be taken back. */
export const Change = z.object({
	id: z.string(),
	at: z.int(),
	principal: z.string(),
	session: z.string(),
	/** The Skill that made it. */
	skill: z.string(),
	steps: z.array(UndoStep),
});
export type Change = z.infer<typeof Change>;

/** What taking a step back does, in words. */
export function describeStep(step: UndoStep): string {
	switch (step.do) {
		case 'restore':
			return `gives ${step.path} its former content back`;
		case 'discard':
			return `removes ${step.path}, which was made`;
		case 'truncate':
			return `cuts what was appended to ${step.path}`;
		case 'rename':
			return `moves ${step.path} back to ${step.to}`;
		case 'put_back':
			return `puts ${step.path} back`;
		case 'unmake':
			return `removes the folder ${step.path}, which was made`;
	}
}
