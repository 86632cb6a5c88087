import { type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word, type WordPart } from 'unbash';
import type { ParsedLine, ShellWord, SimpleCommand } from '../command-judge.ts';

/** Reads a command line as Bash would, running nothing. */
export function parseLine(line: string): ParsedLine {
	const commands: SimpleCommand[] = [];
	const functions: string[] = [];
	// A carriage return is a blank to some readers and a character to others.
	let isWhole = !line.includes('\r');

	function visit(node: SyntaxNode): void {
		if (node.type === 'Script' && (node.errors?.length ?? 0) > 0) isWhole = false;
		if (node.type === 'Function') functions.push(node.name.value);
		if (node.type === 'Command') commands.push(simple(node));
		forEachChild(node, visit);
	}

	try {
		visit(parse(line));
	} catch {
		// Too deeply nested, or a fault of the parser: either way it was not understood.
		isWhole = false;
	}
	return { commands, functions, isWhole };
}

function simple({ name, prefix, args, redirects }: Command): SimpleCommand {
	const words = [...(name === undefined ? [] : [name]), ...args.filter((word) => word.type === 'Word')];
	const assigns = prefix.flatMap((item) => (item.type === 'Assignment' ? [item.name] : []));
	return { words: words.map(wordOf), assigns, redirects: redirects.flatMap(fileOf) };
}

function wordOf(word: Word): ShellWord {
	return { text: word.text, value: word.value, isStatic: (word.parts ?? []).every(isLiteral) };
}

function isLiteral(part: WordPart): boolean {
	if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') return part.parts.every(isLiteral);
	return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted';
}

function fileOf(redirect: Redirection): ShellWord[] {
	if (redirect.type !== 'Redirect' || redirect.target === undefined) return [];
	const isDescriptor = /^[<>]&$/.test(redirect.operator) && /^(\d+|-)$/.test(redirect.target.value);
	return isDescriptor ? [] : [wordOf(redirect.target)];
}
