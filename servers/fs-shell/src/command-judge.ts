/** One word of a command line as the shell would see it. */
export interface ShellWord {
	/** As written. */
	readonly text: string;
	/** Without its quotes. */
	readonly value: string;
	/** Whether the value is all there is to it: no variable, substitution, brace or glob. */
	readonly isStatic: boolean;
}

/** One program to be run, with what is written around it. */
export interface SimpleCommand {
	readonly words: readonly ShellWord[];
	readonly assigns: readonly string[];
	/** Files its output is sent to, or its input comes from. */
	readonly redirects: readonly ShellWord[];
}

export interface ParsedLine {
	/** Every simple command, those in substitutions and bodies included. */
	readonly commands: readonly SimpleCommand[];
	/** Names the line defines as functions. */
	readonly functions: readonly string[];
	/** Whether all of it was understood. */
	readonly isWhole: boolean;
}

/** One program that a command line would run. */
export interface Program {
	/** Its name or path; undefined where only running the line would tell. */
	readonly name: string | undefined;
	/** It with its arguments, as one line. */
	readonly line: string;
}

export interface Judgement {
	readonly programs: readonly Program[];
	/** Files that the line redirects to or from, as far as they can be told. */
	readonly redirects: readonly string[];
	/** What a human should know before saying yes. */
	readonly notes: readonly string[];
}

type Parse = (line: string) => ParsedLine;

/** How many wrappers are looked through. */
const deepest = 8;

/** Programs that run the program named behind their own options; the letters are options that take a value. */
const wrappers = new Map([
	['env', 'uCS'],
	['command', ''],
	['builtin', ''],
	['exec', 'a'],
	['nohup', ''],
	['nice', 'n'],
	['ionice', 'cnp'],
	['time', 'fo'],
	['timeout', 'ks'],
	['stdbuf', 'ioe'],
	['setsid', ''],
	['sudo', 'ugCDhpRrTtU'],
	['doas', 'uC'],
	['xargs', 'adEeIiLlnPs'],
	['busybox', ''],
	['watch', 'n'],
	['chronic', ''],
	['unshare', ''],
	['strace', 'eopsuE'],
]);

/** Wrappers whose first argument is theirs. */
const taking = new Map([['timeout', 1]]);

const shells = /^(ba|da|z|k|a)?sh$/;

/** Which programs a line would run, wrappers and nested lines looked through. Says more rather than less. */
export function judgeLine(line: string, parse: Parse, depth = 0): Judgement {
	const { commands, functions, isWhole } = parse(line);
	const judged = commands.map((command) => judgeCommand(command, parse, depth));
	const programs = judged
		.flatMap((one) => one.programs)
		.filter(({ name }) => name === undefined || !functions.includes(name));
	return {
		// What was not understood, or names no program, stands as a whole, so that no part of it passes for something it is not.
		programs: isWhole && programs.length > 0 ? programs : [...programs, { name: undefined, line }],
		redirects: judged.flatMap((one) => one.redirects),
		notes: [
			...new Set([
				...(isWhole ? [] : ['It could not be read completely.']),
				...(functions.length > 0 ? ['It defines functions.'] : []),
				...judged.flatMap((one) => one.notes),
			]),
		],
	};
}

/** The same for a program that is given with its arguments, no shell between. */
export function judgeArguments(argv: readonly string[], parse: Parse): Judgement {
	const words = argv.map((value) => ({ text: quoted(value), value, isStatic: true }));
	return judgeCommand({ words, assigns: [], redirects: [] }, parse, 0);
}

function judgeCommand({ words, assigns, redirects }: SimpleCommand, parse: Parse, depth: number): Judgement {
	const notes = [
		...(words.length > 0 ? assigns : []).map((name) => `It sets ${name} for a program.`),
		...(redirects.some(({ isStatic }) => !isStatic) ? ['It redirects to a file that only running it would tell.'] : []),
	];
	const files = redirects.map(({ value }) => value);
	const [first, ...rest] = words;
	if (first === undefined) return { programs: [], redirects: files, notes };
	if (!first.isStatic) {
		const program = { name: undefined, line: lineOf(words) };
		return {
			programs: [program],
			redirects: files,
			notes: [...notes, 'Which program it runs is decided while it runs.'],
		};
	}
	const inner = depth < deepest ? innerOf(nameOf(first.value), rest, parse, depth + 1) : undefined;
	return {
		programs: [{ name: first.value, line: lineOf(words) }, ...(inner?.programs ?? [])],
		redirects: [...files, ...(inner?.redirects ?? [])],
		notes: [...notes, ...(inner?.notes ?? [])],
	};
}

/** What a program would run in its turn. */
function innerOf(name: string, args: readonly ShellWord[], parse: Parse, depth: number): Judgement | undefined {
	const options = wrappers.get(name);
	if (options !== undefined) {
		const words = args.slice(skipOptions(args, options, taking.get(name) ?? 0));
		return words.length > 0 ? judgeCommand({ words, assigns: [], redirects: [] }, parse, depth) : undefined;
	}
	if (shells.test(name)) {
		const flag = args.findIndex(({ value }) => /^-\w*c/.test(value));
		return flag === -1 ? undefined : judgeWord(args[flag + 1], parse, depth);
	}
	if (name === 'eval') return judgeLine(args.map(({ value }) => value).join(' '), parse, depth);
	if (name === 'find')
		return joined(execsOf(args).map((words) => judgeCommand({ words, assigns: [], redirects: [] }, parse, depth)));
	return undefined;
}

function judgeWord(word: ShellWord | undefined, parse: Parse, depth: number): Judgement | undefined {
	if (word === undefined) return undefined;
	if (word.isStatic) return judgeLine(word.value, parse, depth);
	return {
		programs: [{ name: undefined, line: word.text }],
		redirects: [],
		notes: ['Which program it runs is decided while it runs.'],
	};
}

function skipOptions(args: readonly ShellWord[], withValue: string, own: number): number {
	let index = 0;
	for (; index < args.length; index++) {
		const value = args[index]?.value ?? '';
		if (value === '--') {
			index += 1;
			break;
		}
		if (/^\w+=/.test(value)) continue;
		if (!value.startsWith('-') || value === '-') break;
		if (/^-[A-Za-z]$/.test(value) && withValue.includes(value.slice(1))) index += 1;
	}
	return index + own;
}

function execsOf(args: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
	return args.flatMap(({ value }, index) => {
		if (!/^-(exec|execdir|ok|okdir)$/.test(value)) return [];
		const rest = args.slice(index + 1);
		const end = rest.findIndex((word) => word.value === ';' || word.value === '+');
		return [end === -1 ? rest : rest.slice(0, end)];
	});
}

function joined(judged: readonly Judgement[]): Judgement {
	return {
		programs: judged.flatMap(({ programs }) => programs),
		redirects: judged.flatMap(({ redirects }) => redirects),
		notes: judged.flatMap(({ notes }) => notes),
	};
}

function nameOf(value: string): string {
	return value.split('/').at(-1) ?? value;
}

function lineOf(words: readonly ShellWord[]): string {
	return words.map(({ text, value, isStatic }) => (isStatic ? quoted(value) : text)).join(' ');
}

/** A word as a shell takes it back. */
export function quoted(value: string): string {
	return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
