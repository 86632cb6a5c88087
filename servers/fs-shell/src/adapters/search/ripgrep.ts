import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from '@switchboard/kit';
import { execa } from 'execa';
import { searchPath } from '../../environment.ts';
import type { Place } from '../places.ts';
import { findProgram } from '../shell/programs.ts';
import type { Matcher } from './matcher.ts';
import type { Position, SearchRequest } from './search.ts';

/** The program, from its package, else one that is installed here. */
export async function findRipgrep(): Promise<string | undefined> {
	try {
		return (await import('@vscode/ripgrep')).rgPath;
	} catch {
		// No package for this platform, or none installed.
		return findProgram(
			'rg',
			searchPath(process.env.PATH, () => false),
		);
	}
}

/** Searches with ripgrep, which says where lines match and nothing of what they hold. */
export function createRipgrep(program: string): Matcher {
	return {
		name: 'ripgrep',
		async *positions(place, request, scope) {
			const subprocess = execa(program, argumentsFor(request, place.path), {
				cwd: place.territory.roots[0] ?? '/',
				env: { PATH: process.env.PATH ?? '' },
				extendEnv: false,
				stdin: 'ignore',
				buffer: { stdout: false },
				maxBuffer: 64 * 1024,
				reject: false,
				cancelSignal: scope.signal,
				forceKillAfterDelay: 500,
			});
			try {
				for await (const position of parsed(createInterface({ input: subprocess.stdout }), place)) yield position;
				const { exitCode, stderr } = await subprocess;
				scope.signal.throwIfAborted();
				// Files it may not read make the same code, and no message: those are left out.
				if (exitCode === 2 && stderr !== '') throw refused();
			} finally {
				subprocess.kill('SIGKILL');
				await subprocess.catch(() => {});
			}
		},
	};
}

function argumentsFor(request: SearchRequest, path: string): string[] {
	const caseFlag = { sensitive: '--case-sensitive', insensitive: '--ignore-case', smart: '--smart-case' }[request.case];
	return [
		'--no-config',
		'--no-messages',
		'--color=never',
		'--no-heading',
		'--with-filename',
		'--null',
		'--line-number',
		// With nothing in the place of the match, a line says where it is and no more.
		'--byte-offset',
		'--only-matching',
		'--replace=',
		'--no-require-git',
		'--no-ignore-global',
		'--no-ignore-exclude',
		caseFlag,
		...(request.literal ? ['--fixed-strings'] : []),
		...(request.hidden ? ['--hidden', '--glob=!.git'] : []),
		...(request.gitignore ? [] : ['--no-ignore']),
		...(request.glob === undefined ? [] : [`--glob=${request.glob}`]),
		`--regexp=${request.pattern}`,
		'--',
		path,
	];
}

async function* parsed(lines: AsyncIterable<string>, place: Place): AsyncGenerator<Position> {
	let last = '';
	for await (const text of lines) {
		const found = /^(.*)\0(\d+):(\d+):$/.exec(text);
		if (found === null) continue;
		const [, path = '', line = '', offset = ''] = found;
		const position = `${path}\0${line}`;
		// Several matches of one line are one.
		if (position === last) continue;
		last = position;
		yield { path: relative(place.path, path), line: Number(line), offset: Number(offset) };
	}
}

function refused(): Fault {
	return new Fault('invalid_input', 'pattern or glob: is not one that ripgrep takes.', {
		hint: 'literal: true searches for the pattern as plain text; look-around and back references are not supported.',
	});
}
