import { foldQuotes } from './fold.ts';
import { line } from './line.ts';

/** The beginning of a text, for a list. */
export function previewOf(text: string): string {
	return line(foldQuotes(text.slice(0, 4_000)).text, 140);
}
