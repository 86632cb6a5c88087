import { z } from 'zod';

/** A path as every Skill takes it. */
export const PathInput = z.string().min(1).max(4096).describe('Absolute, or relative to the first root');

export const EntryType = z.enum(['file', 'folder', 'link', 'pipe', 'socket', 'device']);

/** What every change answers. */
export const UndoId = z.string().describe('Takes the change back with fs_undo');

export const Sha256 = z
	.string()
	.regex(/^[0-9a-fA-F]{64}$/, 'is not a SHA-256 in hex')
	.describe('SHA-256 the file must have now; otherwise nothing is done');

export const Entry = z.object({
	path: z.string(),
	type: EntryType,
	size: z.int(),
	modified: z.string(),
	target: z.string().optional(),
});
export type Entry = z.infer<typeof Entry>;
