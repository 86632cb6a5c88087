import { clean } from '@switchboard/kit';

/** What a terminal would show in the end: no control sequences, and of a line written over only what it became. */
export function plainOutput(text: string): string {
	if (!text.includes('\r')) return clean(text);
	return clean(text.replaceAll('\r\n', '\n').split('\n').map(lastWritten).join('\n'));
}

function lastWritten(line: string): string {
	const done = line.endsWith('\r') ? line.slice(0, -1) : line;
	return done.slice(done.lastIndexOf('\r') + 1);
}
