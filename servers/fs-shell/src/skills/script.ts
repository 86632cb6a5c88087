import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { Script } from '../adapters/scripts.ts';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { outcomeShape, renderOutcome } from './outcome.ts';

/** A script of the owner's as a Skill of its own; what it says of itself is believed, since the owner put it there. */
export function scriptSkill(script: Script) {
	const { name, title, description, effect, input, paths, examples, hasNetwork } = script;
	return defineSkill({
		name: `script_${name}`,
		title,
		description,
		effect,
		world: hasNetwork ? 'open' : 'closed',
		input,
		output: z.object({ ...outcomeShape, result: z.unknown().optional().describe('stdout, where it is JSON') }),
		targets: Object.fromEntries(paths.map((path) => [path, 'path' as const])),
		examples: [...examples],

		async prepare(given, { files }: FsShellPorts, call) {
			const located = await withRealPaths(script, given, (path) => files.locate(path, call));
			const targets = paths.flatMap((path) => [located[path]].flat().filter((value) => typeof value === 'string'));
			return {
				effect,
				targets: [
					{ kind: 'command', value: script.file },
					...targets.map((value) => ({ kind: 'path' as const, value })),
				],
				preview: `${title}: ${visible(script.file)}\n${visible(JSON.stringify(located), 4_000)}`,
				state: script.version,
			};
		},

		async run(given, { scripts, files }: FsShellPorts, call) {
			const outcome = await scripts.run(
				script,
				await withRealPaths(script, given, (path) => files.locate(path, call)),
				call,
			);
			const result = jsonOf(outcome.stdout);
			return { ...outcome, ...(result !== undefined && { result }) };
		},

		render: (outcome) => renderOutcome(outcome),
	});
}

/** The inputs with every path among them as the real one, which lies inside the roots. */
async function withRealPaths(
	{ paths }: Script,
	input: Readonly<Record<string, unknown>>,
	locate: (path: string) => Promise<string>,
): Promise<Record<string, unknown>> {
	const located: Record<string, unknown> = { ...input };
	for (const name of paths) {
		const value = input[name];
		if (typeof value === 'string') located[name] = await locate(value);
		if (Array.isArray(value)) located[name] = await Promise.all(value.map((path) => locate(String(path))));
	}
	return located;
}

function jsonOf(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
