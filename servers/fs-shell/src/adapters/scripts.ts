import { existsSync, type FSWatcher, watch } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Call } from '@switchboard/kit';
import { readScriptHeader, type ScriptHeader } from '../script-header.ts';
import type { Places } from './places.ts';
import type { Launcher, RunOutcome } from './shell/launcher.ts';
import type { Sandbox } from './shell/sandbox.ts';
import { containedArgv, environmentOf, programFolders } from './shell/shell.ts';

/** A program of the owner's that became a Skill. */
export interface Script extends ScriptHeader {
	readonly file: string;
	/** Changes when the file does. */
	readonly version: string;
}

export interface ScriptProblem {
	readonly file: string;
	readonly problem: string;
}

export interface Scripts {
	readonly folder: string;
	list(): Promise<{ readonly scripts: readonly Script[]; readonly problems: readonly ScriptProblem[] }>;
	run(script: Script, input: Readonly<Record<string, unknown>>, call: Call): Promise<RunOutcome>;
	close(): void;
}

export interface ScriptParts {
	readonly folder: string;
	readonly places: Places;
	readonly sandbox: Sandbox;
	readonly launcher: Launcher;
	readonly variables: readonly string[];
	readonly onChange: () => void;
}

/** A header is read from so many bytes at a file's start. */
const headerSize = 16 * 1024;

/** Longer inputs come on stdin alone: a system takes no longer variable. */
const longestVariable = 32 * 1024;

const nodeEndings = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts']);

export function createScripts(parts: ScriptParts): Scripts {
	const { folder } = parts;
	const watcher = watchFolder(folder, parts.onChange);
	return {
		folder,
		list: () => listScripts(folder),
		run: (script, input, call) => runScript(parts, script, input, call),
		close: () => watcher?.close(),
	};
}

async function listScripts(folder: string): Promise<Awaited<ReturnType<Scripts['list']>>> {
	const files = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
	const scripts: Script[] = [];
	const problems: ScriptProblem[] = [];
	for (const one of await Promise.all(files.map((name) => readScript(folder, name)))) {
		if (one === undefined) continue;
		if ('problem' in one) problems.push(one);
		else if (scripts.some(({ name }) => name === one.name))
			problems.push({ file: one.file, problem: 'Another has its name.' });
		else scripts.push(one);
	}
	return { scripts, problems };
}

async function runScript(
	{ places, sandbox, launcher, variables }: ScriptParts,
	script: Script,
	input: Readonly<Record<string, unknown>>,
	call: Call,
): Promise<RunOutcome> {
	const territory = await places.territory(call);
	const cwd = territory.roots[0] ?? '/';
	const { state } = await sandbox.state();
	const inside = script.isSandboxed ? state : 'unavailable';
	const folders = programFolders(sandbox, inside, territory);
	const argv = nodeEndings.has(extname(script.file)) ? [process.execPath, script.file] : [script.file];
	const hasNetwork = script.hasNetwork || sandbox.settings.hasNetwork;
	const request = {
		argv: script.isSandboxed ? await containedArgv(sandbox, argv, territory, cwd, hasNetwork) : argv,
		cwd,
		env: { ...environmentOf({ variables }, {}, folders, inside), ...variablesOf(input) },
		stdin: JSON.stringify(input),
		timeoutMs: script.timeoutMs,
	};
	return launcher.launch(request, call);
}

async function readScript(folder: string, name: string): Promise<Script | ScriptProblem | undefined> {
	const file = join(folder, name);
	try {
		const stats = await lstat(file, { bigint: true });
		if (!stats.isFile()) return stats.isDirectory() ? undefined : { file, problem: 'It is not a regular file.' };
		if ((stats.mode & 0o002n) !== 0n) return { file, problem: 'Everybody may write to it.' };
		await using handle = await open(file, 'r');
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerSize), 0, headerSize, 0);
		const text = buffer.toString('utf8', 0, bytesRead);
		const isForNode = nodeEndings.has(extname(name));
		if (!isForNode && !text.startsWith('#!'))
			return text.includes('@description') ? { file, problem: 'It has no #! line.' } : undefined;
		if (!isForNode && (stats.mode & 0o111n) === 0n) return { file, problem: 'It is not executable (chmod +x).' };
		const header = readScriptHeader(text, name);
		return typeof header === 'string'
			? { file, problem: header }
			: { ...header, file, version: `${stats.ino}:${stats.mtimeNs}` };
	} catch {
		return { file, problem: 'It cannot be read.' };
	}
}

/** Inputs as variables, for scripts that find those easier than JSON; nothing passes through a shell. */
function variablesOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
	const variables: Record<string, string> = {};
	for (const [name, value] of Object.entries(input)) {
		if (value === undefined || !/^\w+$/.test(name)) continue;
		const text = typeof value === 'string' ? value : JSON.stringify(value);
		const fits = Buffer.byteLength(text) <= longestVariable && !text.includes('\0');
		if (fits) variables[`SWITCHBOARD_INPUT_${name.toUpperCase()}`] = text;
	}
	return variables;
}

/** Says when the folder changes, once a burst; where it cannot be watched, the next listing sees it. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
	if (!existsSync(folder)) return undefined;
	let timer: NodeJS.Timeout | undefined;
	try {
		const watcher = watch(folder, { persistent: false }, () => {
			clearTimeout(timer);
			timer = setTimeout(onChange, 200).unref();
		});
		return watcher.on('error', () => watcher.close());
	} catch {
		return undefined;
	}
}
