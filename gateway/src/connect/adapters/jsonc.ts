import { Fault } from '@switchboard/kit/fault';
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode, visit } from 'jsonc-parser';

/** An object of a JSON text with the places of its parts, as offsets into the text. */
export interface JsonObject {
	/** The opening brace. */
	readonly start: number;
	/** Behind the closing brace. */
	readonly end: number;
	readonly members: readonly JsonMember[];
}

export interface JsonMember {
	readonly name: string;
	readonly start: number;
	readonly end: number;
	readonly valueStart: number;
	readonly value: unknown;
	/** Set where the value is an object. */
	readonly object: JsonObject | undefined;
}

/** A comma or a comment, in the order of the text. */
export interface Mark {
	readonly kind: 'comma' | 'comment';
	readonly start: number;
	readonly end: number;
}

export interface JsonText {
	readonly root: JsonObject;
	readonly marks: readonly Mark[];
}

const tolerant = { allowTrailingComma: true, disallowComments: false };

/** Reads JSON, comments and trailing commas allowed; anything else is a Fault that says where. */
export function readJsonText(text: string): JsonText {
	const errors: ParseError[] = [];
	const tree = parseTree(text, errors, tolerant);
	const [error] = errors;
	if (error !== undefined)
		throw broken(`${inWords(printParseErrorCode(error.error))} at ${placeOf(text, error.offset)}`);
	if (tree?.type !== 'object') throw broken('it holds no object');
	return { root: objectOf(tree), marks: marksOf(text) };
}

function broken(why: string): Fault {
	return new Fault('invalid_input', `It is not valid JSON: ${why}.`);
}

function objectOf(node: Node): JsonObject {
	return { start: node.offset, end: node.offset + node.length, members: (node.children ?? []).flatMap(memberOf) };
}

function memberOf({ offset, length, children = [] }: Node): JsonMember[] {
	const [name, value] = children;
	if (name === undefined || value === undefined) return [];
	return [
		{
			name: String(name.value),
			start: offset,
			end: offset + length,
			valueStart: value.offset,
			// The parser's objects have no prototype, and would equal no other.
			value: structuredClone(getNodeValue(value)),
			object: value.type === 'object' ? objectOf(value) : undefined,
		},
	];
}

function marksOf(text: string): Mark[] {
	const marks: Mark[] = [];
	visit(
		text,
		{
			onSeparator(character, offset) {
				if (character === ',') marks.push({ kind: 'comma', start: offset, end: offset + 1 });
			},
			onComment(offset, length) {
				marks.push({ kind: 'comment', start: offset, end: offset + length });
			},
		},
		tolerant,
	);
	return marks;
}

function placeOf(text: string, offset: number): string {
	const lines = text.slice(0, offset).split('\n');
	return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/** `CommaExpected` as `comma expected`. */
function inWords(code: string): string {
	return code.replaceAll(/(?<=[a-z])([A-Z])/g, ' $1').toLowerCase();
}
