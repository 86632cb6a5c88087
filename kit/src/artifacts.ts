import type { Readable } from 'node:stream';
import type { Artifact, Source } from './wire.ts';

export interface NewArtifact {
	readonly name: string;
	readonly mimeType: string;
	readonly source: Source;
	readonly origin?: string;
}

/** The files of one Session. Whatever an Agent puts here, another Agent of the same Session may take. */
export interface SessionArtifacts {
	put(content: Uint8Array | string | Readable, about: NewArtifact): Promise<Artifact>;
	/** A read-only path to the content; `not_found` for anything that is not of this Session. */
	resolve(uri: string): Promise<Artifact & { readonly path: string }>;
	list(): Promise<readonly Artifact[]>;
}

export interface Artifacts {
	of(session: string): SessionArtifacts;
	/** Forgets a Session's files. */
	end(session: string): Promise<void>;
}

/** Content-addressed workspaces, one a Session, below `folder`. */
export function createArtifacts(folder: string): Artifacts {
	throw new Error(`to be written: ${folder}`);
}
