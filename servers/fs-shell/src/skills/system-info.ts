import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from '../ports.ts';
import { lines, sizeText } from './rendering.ts';

export const systemInfo = defineSkill({
	name: 'system_info',
	title: 'Describe the machine',
	description:
		'Tells the operating system, processors, memory, shells and programs found, whether commands run in a sandbox, and which of the scripts in the scripts folder cannot be used and why.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({}),
	output: z.object({
		system: z.string(),
		platform: z.string(),
		architecture: z.string(),
		processors: z.int(),
		memoryBytes: z.int(),
		freeMemoryBytes: z.int(),
		node: z.string(),
		shells: z.array(z.string()),
		tools: z.record(z.string(), z.string()),
		sandbox: z.enum(['bubblewrap', 'unavailable']),
		sandboxReason: z.string().optional(),
		network: z.boolean().describe('Whether commands reach the network'),
		scripts: z.object({
			folder: z.string(),
			skills: z.array(z.string()),
			problems: z.array(z.object({ file: z.string(), problem: z.string() })),
		}),
	}),
	examples: ['what machine is this', 'which programs are installed', 'are commands run in a sandbox'],

	async run(_input, { machine, scripts }: FsShellPorts) {
		const [{ shells, tools, ...info }, found] = await Promise.all([machine.describe(), scripts.list()]);
		return {
			...info,
			shells: [...shells],
			tools: { ...tools },
			scripts: {
				folder: scripts.folder,
				skills: found.scripts.map(({ name }) => `script_${name}`),
				problems: [...found.problems],
			},
		};
	},

	render: ({
		system,
		architecture,
		processors,
		memoryBytes,
		freeMemoryBytes,
		node,
		shells,
		tools,
		sandbox,
		sandboxReason,
		network,
		scripts,
	}) =>
		lines(
			`${system}, ${architecture}, ${processors} processors, ${sizeText(memoryBytes)} memory (${sizeText(freeMemoryBytes)} free), Node ${node}`,
			`Sandbox: ${sandbox}${sandboxReason === undefined ? '' : ` (${sandboxReason})`}; network for commands: ${network ? 'yes' : 'no'}`,
			`Shells: ${shells.join(', ')}`,
			`Programs: ${Object.keys(tools).join(', ')}`,
			`Scripts in ${scripts.folder}: ${scripts.skills.join(', ') || 'none'}`,
			...scripts.problems.map(({ file, problem }) => `  ${file}: ${problem}`),
		),
});
