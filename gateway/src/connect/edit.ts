import { isDeepStrictEqual } from 'node:util';
import { Fault } from '@switchboard/kit/fault';
import { type JsonMember, type JsonObject, type JsonText, readJsonText } from './adapters/jsonc.ts';
import { indentAt, isOneLine, render, renderValue, type Style, styleOf } from './style.ts';

/** Which entry of a configuration is meant: `mcpServers`, `switchboard`. */
export interface Place {
	readonly section: string;
	readonly name: string;
}

export type Entry = Readonly<Record<string, unknown>>;

/** A stretch of the text and what stands there afterwards. */
interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** The entry in this text, if there is one. */
export function entryIn(text: string, { section, name }: Place): unknown {
	return member(sectionOf(readJsonText(text), section)?.object, name)?.value;
}

/** Sets the entry and changes not a byte beside it. An empty text becomes a file that holds only this. */
export function withEntry(text: string, { section, name }: Place, entry: Entry): string {
	const json = readJsonText(text.trim() === '' ? '{}' : text);
	if (text.trim() === '') return `${insert('{}', json, json.root, section, { [name]: entry })}\n`;
	const found = sectionOf(json, section);
	if (found?.object === undefined)
		return checked(insert(text, json, json.root, section, { [name]: entry }), { section, name }, entry);
	const old = member(found.object, name);
	if (old === undefined) return checked(insert(text, json, found.object, name, entry), { section, name }, entry);
	if (isDeepStrictEqual(old.value, entry)) return text;
	return checked(replaceValue(text, json, found.object, old, entry), { section, name }, entry);
}

/** Takes the entry out and changes not a byte beside it; with `alsoSection`, the section too if that empties it. */
export function withoutEntry(text: string, { section, name }: Place, alsoSection: boolean): string {
	const json = readJsonText(text);
	const found = sectionOf(json, section);
	const old = member(found?.object, name);
	if (found?.object === undefined || old === undefined) return text;
	const wholeSection = alsoSection && found.object.members.length === 1;
	const rest = wholeSection ? remove(text, json, json.root, found) : remove(text, json, found.object, old);
	return checked(rest, { section, name }, undefined);
}

/** Whether nothing is left in it but, at most, the empty section. */
export function holdsNothing(text: string, { section }: Place): boolean {
	const { root, marks } = readJsonText(text);
	return marks.length === 0 && root.members.every((only) => only.name === section && only.object?.members.length === 0);
}

function sectionOf({ root }: JsonText, section: string): JsonMember | undefined {
	const found = member(root, section);
	if (found !== undefined && found.object === undefined)
		throw new Fault('invalid_input', `Its "${section}" is not an object.`);
	return found;
}

function member(object: JsonObject | undefined, name: string): JsonMember | undefined {
	const [found, twice] = object?.members.filter((one) => one.name === name) ?? [];
	if (twice !== undefined)
		throw new Fault('invalid_input', `It holds "${name}" twice, and programs differ in which one they take.`);
	return found;
}

function insert(text: string, json: JsonText, into: JsonObject, name: string, value: unknown): string {
	const style = styleOf(text, json.root);
	const last = into.members.at(-1);
	if (last === undefined) return apply(text, [intoEmpty(text, json, into, name, value, style)]);

	const marks = json.marks.filter((mark) => mark.start >= last.end && mark.end < into.end);
	const comma = marks.find(({ kind }) => kind === 'comma');
	const indent = isOneLine(text, into) ? undefined : indentAt(text, last.start);
	const gap = indent === undefined ? style.space : `${style.eol}${indent}`;
	let at = comma?.end ?? last.end;
	// A comment on the last member's line is about that member, so it stays there.
	for (const { kind, start, end } of marks) {
		if (indent !== undefined && kind === 'comment' && start >= at && !text.slice(at, start).includes('\n')) at = end;
	}
	const added = `${gap}${render(name, value, style, indent)}`;
	if (comma !== undefined) return apply(text, [{ start: at, end: at, text: `${added},` }]);
	return apply(text, [
		{ start: last.end, end: last.end, text: ',' },
		{ start: at, end: at, text: added },
	]);
}

function intoEmpty(
	text: string,
	{ marks }: JsonText,
	into: JsonObject,
	name: string,
	value: unknown,
	style: Style,
): Edit {
	const end = into.end - 1;
	const comment = marks.findLast((mark) => mark.start > into.start && mark.end <= end);
	const start = comment?.end ?? into.start + 1;
	if (style.isInline) return { start, end: start, text: render(name, value, style, undefined) };
	const outer = indentAt(text, into.start);
	const inner = `${outer}${style.unit}`;
	const added = `${style.eol}${inner}${render(name, value, style, inner)}`;
	return text.slice(start, end).includes('\n')
		? { start, end: start, text: added }
		: { start, end, text: `${added}${style.eol}${outer}` };
}

function replaceValue(text: string, json: JsonText, within: JsonObject, old: JsonMember, entry: Entry): string {
	const indent = isOneLine(text, within) ? undefined : indentAt(text, old.start);
	return apply(text, [
		{ start: old.valueStart, end: old.end, text: renderValue(entry, styleOf(text, json.root), indent) },
	]);
}

function remove(text: string, { marks }: JsonText, from: JsonObject, gone: JsonMember): string {
	const index = from.members.indexOf(gone);
	const [before, after] = [from.members[index - 1], from.members[index + 1]];
	const ownComma = marks.find(
		({ kind, start }) => kind === 'comma' && start >= gone.end && start < (after?.start ?? from.end),
	);
	const commaBefore = marks.find(({ kind, start }) => kind === 'comma' && before !== undefined && start >= before.end);
	const start = gone.start - (/\s*$/.exec(text.slice(0, gone.start))?.[0].length ?? 0);
	const cut = { start, end: ownComma?.end ?? gone.end, text: '' };
	if (after !== undefined && isOneLine(text, from) && before === undefined)
		cut.end += /^ */.exec(text.slice(cut.end))?.[0].length ?? 0;
	if (
		before === undefined &&
		after === undefined &&
		text.slice(cut.end, from.end - 1).trim() === '' &&
		start === from.start + 1
	) {
		cut.end = from.end - 1;
	}
	// The last one goes with the comma that led to it; in a file that ends its lists with one, that comma stays.
	const extra =
		ownComma === undefined && commaBefore !== undefined
			? [{ start: commaBefore.start, end: commaBefore.end, text: '' }]
			: [];
	return apply(text, [...extra, cut]);
}

function apply(text: string, edits: readonly Edit[]): string {
	let result = text;
	for (const { start, end, text: put } of edits.toReversed()) result = result.slice(0, start) + put + result.slice(end);
	return result;
}

/** Reads what was made before anybody else does: rather no change than a broken file. */
function checked(text: string, place: Place, expected: Entry | undefined): string {
	if (isDeepStrictEqual(entryIn(text, place), expected)) return text;
	throw new Fault('unsupported', 'Its layout cannot be edited safely.', { hint: 'Use --print and edit it by hand.' });
}
