import type { SessionArtifacts } from './artifacts.ts';
import type { Log } from './log.ts';
import type { ContentBlock } from './skill.ts';

/** One invocation of a Skill, as the Skill sees it. */
export interface Call {
	readonly id: string;
	readonly session: string;
	readonly principal: string;
	/** Folders this Session may work in, its working folder first; empty where the caller named none. */
	readonly roots: readonly string[];
	/** Origins this Session may reach although they are private, such as `http://127.0.0.1:8080`. */
	readonly origins: readonly string[];
	/** One effect per key; the host's, else the Call's id. */
	readonly idempotencyKey: string;
	readonly signal: AbortSignal;
	readonly log: Log;
	/** Files of this Session that travel between Agents. */
	readonly artifacts: SessionArtifacts;
	/** Tells the caller how far the work is: `done` of `total`, in whatever unit, never falling. */
	progress(message: string, done?: number, total?: number): void;
	/** Adds an image, a sound or a link behind the rendered text, which alone carries words. */
	attach(block: Exclude<ContentBlock, { type: 'text' }>): void;
}
