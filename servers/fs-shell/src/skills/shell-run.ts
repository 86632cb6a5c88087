import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { CommandPlan, CommandRequest } from '../adapters/shell/shell.ts';
import type { FsShellPorts } from '../ports.ts';
import { visible } from '../visible.ts';
import { outcomeShape, renderOutcome } from './outcome.ts';
import { PathInput } from './shapes.ts';

const Input = z
	.strictObject({
		argv: z.array(z.string().max(100_000)).min(1).max(1000).optional().describe('Program and arguments, no shell'),
		command: z.string().min(1).max(100_000).optional().describe('Line for the shell; either this or argv'),
		cwd: PathInput.default('.').describe('Folder to run in'),
		env: z.record(z.string().max(100), z.string().max(100_000)).default({}).describe('Further variables'),
		stdin: z.string().max(10_000_000).optional().describe('What the command reads'),
		timeout: z.number().min(0.1).max(3600).default(60).describe('Seconds'),
	})
	.refine(
		({ argv, command }) => (argv === undefined) !== (command === undefined),
		'argv or command: exactly one is needed',
	);

export const shellRun = defineSkill({
	name: 'shell_run',
	title: 'Run a command',
	description:
		'Runs a program or a shell line in one of the folders, to its end or its timeout, and returns exit code and output: beginning and end, the whole as an artifact where it is long. Where there is a sandbox it sees the system read-only and these folders alone, without network. Processes it leaves behind are ended with it. An exit code other than 0 is a result, not a failure.',
	effect: 'execute',
	world: 'open',
	input: Input,
	output: z.object({ ...outcomeShape, cwd: z.string(), sandbox: z.enum(['bubblewrap', 'unavailable']) }),
	targets: { command: 'command', cwd: 'path' },
	examples: [
		'run npm test',
		'run the command git status',
		'execute the script build.sh',
		'compile the program with make',
	],

	async prepare(input, { shell }: FsShellPorts, call) {
		const plan = await shell.plan(requestOf(input), call);
		const { line, argv, cwd, targets, programs, sandbox, hasNetwork } = plan;
		return {
			effect: 'execute',
			targets,
			preview: previewOf(plan, input.stdin),
			state: { line, argv, cwd, programs: programs.map(({ path = null }) => path), sandbox, hasNetwork },
		};
	},

	run: (input, { shell }: FsShellPorts, call) => shell.run(requestOf(input), call),

	render: (outcome) => renderOutcome(outcome),
});

function requestOf({ timeout, ...input }: z.infer<typeof Input>): CommandRequest {
	return { ...input, timeoutMs: timeout * 1000 };
}

function previewOf(
	{ line, cwd, programs, notes, sandbox, hasNetwork }: CommandPlan,
	stdin: string | undefined,
): string {
	const network = hasNetwork ? 'with network' : 'without network';
	const found = new Map(
		programs.flatMap(({ name, path }) => (name === undefined ? [] : [[name, path ?? 'not found']])),
	);
	return [
		...line.split('\n').map((text) => visible(text, 4_000)),
		`in ${visible(cwd)}`,
		sandbox === 'bubblewrap' ? `in a sandbox, ${network}` : 'without a sandbox: it may do whatever your account may',
		...[...found].map(([name, path]) => `runs ${visible(name)} (${visible(path)})`),
		...(stdin === undefined ? [] : [`with ${stdin.length} characters of input`]),
		...notes,
	].join('\n');
}
