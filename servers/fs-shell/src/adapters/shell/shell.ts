import { closeSync, existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { type Call, Fault, type Target } from '@switchboard/kit';
import { judgeArguments, judgeLine, quoted } from '../../command-judge.ts';
import { environmentFor, searchPath } from '../../environment.ts';
import { sandboxHome } from '../../sandbox-argv.ts';
import { isInside, type Territory } from '../../territory.ts';
import { visible } from '../../visible.ts';
import { parseLine } from '../bash-parser.ts';
import { openForLooking } from '../held-folder.ts';
import type { Places, Scope } from '../places.ts';
import type { Launcher, RunOutcome } from './launcher.ts';
import { findProgram, nodeFolder } from './programs.ts';
import type { Sandbox } from './sandbox.ts';

export interface CommandRequest {
	/** A program with its arguments, no shell between. */
	readonly argv?: readonly string[] | undefined;
	/** A line for the shell. */
	readonly command?: string | undefined;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly stdin?: string | undefined;
	readonly timeoutMs: number;
}

/** What a command would do, as far as can be told without running it. */
export interface CommandPlan {
	readonly argv: readonly string[];
	/** As a human reads it. */
	readonly line: string;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly programs: readonly {
		readonly line: string;
		readonly name: string | undefined;
		readonly path: string | undefined;
	}[];
	readonly targets: readonly Target[];
	readonly notes: readonly string[];
	readonly sandbox: 'bubblewrap' | 'unavailable';
	readonly hasNetwork: boolean;
}

export interface Shell {
	plan(request: CommandRequest, scope: Scope): Promise<CommandPlan>;
	run(request: CommandRequest, call: Call): Promise<RunOutcome & Pick<CommandPlan, 'cwd' | 'sandbox'>>;
}

export interface ShellParts {
	readonly places: Places;
	readonly sandbox: Sandbox;
	readonly launcher: Launcher;
	/** Variables of ours that commands get. */
	readonly variables: readonly string[];
}

/** Words that Bash does itself. */
const builtins = new Set(
	'. : [ alias bg bind break builtin caller cd command compgen complete continue declare dirs disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait'.split(
		' ',
	),
);

export function createShell(parts: ShellParts): Shell {
	return {
		plan: (request, scope) => planCommand(parts, request, scope),
		async run(request, call) {
			const { argv, cwd, env, sandbox } = await planCommand(parts, request, call);
			const { stdin, timeoutMs } = request;
			const territory = await parts.places.territory(call);
			const contained = await containedArgv(parts.sandbox, argv, territory, cwd);
			const outcome = await parts.launcher.launch({ argv: contained, cwd, env, stdin, timeoutMs }, call);
			return { ...outcome, cwd, sandbox };
		},
	};
}

/** The command line with the sandbox before it, where there is one. */
export async function containedArgv(
	sandbox: Sandbox,
	argv: readonly string[],
	territory: Territory,
	cwd: string,
	hasNetwork?: boolean,
): Promise<readonly string[]> {
	const state = await sandbox.state();
	if (state.state === 'bubblewrap') return [...sandbox.wrap(state.program, territory, cwd, hasNetwork), ...argv];
	if (sandbox.settings.use !== 'require') return argv;
	throw new Fault('unavailable', `Commands run only in a sandbox, and there is none. ${state.reason}`, {
		retryable: false,
	});
}

async function planCommand(parts: ShellParts, request: CommandRequest, scope: Scope): Promise<CommandPlan> {
	const { sandbox, places } = parts;
	using place = await places.pin(request.cwd, 'see', scope);
	mustBeFolder(place);
	const { state } = await sandbox.state();
	const folders = programFolders(sandbox, state, place.territory);
	const argv = argvOf(request, folders, place.path);
	const judged =
		request.command === undefined ? judgeArguments(argv.shown, parseLine) : judgeLine(request.command, parseLine);
	const programs = judged.programs.map(({ name, line }) => ({ name, line, path: resolved(name, folders, place.path) }));
	const files = judged.redirects.filter((file) => file !== '/dev/null');
	return {
		argv: argv.run,
		line: request.command ?? argv.shown.map(quoted).join(' '),
		cwd: place.path,
		env: environmentOf(parts, request.env, folders, state),
		programs,
		targets: [
			...programs.map(({ line }): Target => ({ kind: 'command', value: line })),
			...files.map((value): Target => ({ kind: 'path', value })),
			{ kind: 'path', value: place.path },
		],
		notes: judged.notes,
		sandbox: state,
		hasNetwork: state !== 'bubblewrap' || sandbox.settings.hasNetwork,
	};
}

function mustBeFolder({ at, shown }: { readonly at: string; readonly shown: string }): void {
	const { descriptor, stats } = openForLooking(at);
	closeSync(descriptor);
	if (!stats.isDirectory()) throw new Fault('invalid_input', `cwd: ${shown} is not a folder.`);
}

/** Where programs are looked for: never in a folder that the caller could have put one into. */
export function programFolders(
	sandbox: Sandbox,
	state: 'bubblewrap' | 'unavailable',
	{ roots }: Territory,
): readonly string[] {
	const found = searchPath(process.env.PATH, (folder) => roots.some((root) => isInside(folder, root)));
	return [...new Set([nodeFolder, ...found])].filter((folder) => state === 'unavailable' || sandbox.sees(folder));
}

export function environmentOf(
	{ variables }: Pick<ShellParts, 'variables'>,
	given: Readonly<Record<string, string>>,
	folders: readonly string[],
	state: 'bubblewrap' | 'unavailable',
): Record<string, string> {
	const environment = { ...environmentFor(process.env, variables, given), PATH: folders.join(delimiter) };
	return state === 'bubblewrap' ? { ...environment, HOME: sandboxHome, TMPDIR: '/tmp' } : environment;
}

function argvOf(
	{ argv, command }: CommandRequest,
	folders: readonly string[],
	cwd: string,
): { readonly run: readonly string[]; readonly shown: readonly string[] } {
	if (command !== undefined) return { run: [...shellArguments(), command], shown: [] };
	const [name = '', ...args] = argv ?? [];
	const program = findProgram(name, folders, cwd);
	if (program === undefined) {
		throw new Fault('not_found', `${visible(name)} is not a program that is found here.`, {
			hint: 'system_info names programs that are.',
		});
	}
	return { run: [program, ...args], shown: [name, ...args] };
}

/** Bash where there is one, without the files it would read at its start. */
export function shellArguments(): readonly string[] {
	if (process.platform === 'win32') return [process.env.ComSpec ?? 'cmd.exe', '/d', '/s', '/c'];
	return existsSync('/bin/bash') ? ['/bin/bash', '--noprofile', '--norc', '-c'] : ['/bin/sh', '-c'];
}

function resolved(name: string | undefined, folders: readonly string[], cwd: string): string | undefined {
	if (name === undefined) return undefined;
	return builtins.has(name) ? 'part of the shell' : findProgram(name, folders, cwd);
}
