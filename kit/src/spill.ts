import type { SessionArtifacts } from './artifacts.ts';
import type { ContentBlock } from './skill.ts';
import type { Source } from './wire.ts';

/** Most characters of text a result carries itself. */
export const textLimit = 100_000;

/** Text within the limit as it is; longer text as head and tail with a link to the whole as an Artifact. */
export async function spill(
	text: string,
	artifacts: SessionArtifacts,
	limit = textLimit,
	source: Source = 'own',
): Promise<{ readonly text: string; readonly link?: ContentBlock }> {
	if (text.length <= limit) return { text };
	const { uri, name, mimeType, size } = await artifacts.put(text, {
		name: 'result.txt',
		mimeType: 'text/plain',
		source,
	});
	const head = text.slice(0, Math.floor(limit * 0.6));
	const tail = text.slice(text.length - Math.floor(limit * 0.4));
	const left = text.length - head.length - tail.length;
	// A cut inside a surrogate pair would leave half a character.
	const cut = `${head.toWellFormed()}\n[${left} characters left out here; the whole text is ${uri}]\n${tail.toWellFormed()}`;
	return { text: cut, link: { type: 'resource_link', uri, name, mimeType, size } };
}
