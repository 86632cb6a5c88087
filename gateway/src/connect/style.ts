import type { JsonObject } from './adapters/jsonc.ts';

/** How a file is laid out, so that what is added looks like the rest. */
export interface Style {
	readonly eol: string;
	/** One level of indentation. */
	readonly unit: string;
	/** The whole file is on one line. */
	readonly isInline: boolean;
	/** Between a name or a comma and what follows on the same line. */
	readonly space: string;
}

export function styleOf(text: string, root: JsonObject): Style {
	const [first] = root.members;
	const isInline = first !== undefined && isOneLine(text, root);
	return {
		eol: /\r?\n/.exec(text)?.[0] ?? '\n',
		unit: first === undefined || isInline ? '  ' : indentAt(text, first.start),
		isInline,
		space: isInline && !/[:,] /.test(text) ? '' : ' ',
	};
}

/** Whether an object's members begin on the line of its brace. */
export function isOneLine(text: string, { start, members }: JsonObject): boolean {
	return !text.slice(start, members[0]?.start).includes('\n');
}

/** The white space that the line of this place begins with. */
export function indentAt(text: string, offset: number): string {
	const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
	return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** A member as text; one level of `indent` is the column its first line will stand in. */
export function render(name: string, value: unknown, style: Style, indent: string | undefined): string {
	if (indent === undefined) return `${JSON.stringify(name)}:${style.space}${oneLine(value, style)}`;
	return `${JSON.stringify(name)}: ${renderValue(value, style, indent)}`;
}

export function renderValue(value: unknown, style: Style, indent: string | undefined): string {
	if (indent === undefined) return oneLine(value, style);
	return JSON.stringify(value, null, style.unit === '' ? '  ' : style.unit).replaceAll('\n', `${style.eol}${indent}`);
}

function oneLine(value: unknown, { space }: Style): string {
	if (space === '') return JSON.stringify(value);
	// A newline inside a string is written \n, so those that JSON.stringify sets are all layout.
	return JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
}
