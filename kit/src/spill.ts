import type { SessionArtifacts } from './artifacts.ts';
import type { ContentBlock } from './skill.ts';

/** Most characters of text a result carries itself. */
export const textLimit = 100_000;

/** Text within the limit as it is; longer text as head and tail with a link to the whole as an Artifact. */
export async function spill(
	text: string,
	artifacts: SessionArtifacts,
	limit = textLimit,
): Promise<{ readonly text: string; readonly link?: ContentBlock }> {
	throw new Error(`to be written ${text} ${artifacts} ${limit}`);
}
