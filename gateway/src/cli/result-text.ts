import type { SkillResult } from '@switchboard/kit/perform';
import { plain, readable } from './words.ts';

/** A result as text: what a model would read, files by their names. */
export function resultText({ content }: SkillResult): string {
	return content
		.map((block) => {
			if (block.type === 'text') return readable(block.text);
			if (block.type === 'resource_link') return `[${plain(block.name)}: ${block.uri}]`;
			return `[${block.type} ${block.mimeType}, ${Math.round((block.data.length * 3) / 4)} bytes]`;
		})
		.join('\n');
}
