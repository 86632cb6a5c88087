import type { SkillResult } from '@switchboard/kit/perform';
import { jsonSchemaOf, parseOrFault } from '@switchboard/kit/schema';
import type { z } from 'zod';
import type { Gateway } from '../gateway.ts';
import { ask } from './ask-tool.ts';
import type { Asks } from './asks.ts';
import { jobCancel, jobResult, jobStatus } from './job-tools.ts';
import type { HostRequest } from './requests.ts';

export interface OwnToolContext extends Omit<HostRequest, 'progress'> {
	readonly gateway: Gateway;
	readonly asks: Asks;
	readonly progress: HostRequest['progress'];
}

/** A tool of the Gateway itself, beside the Skills of its Agents. */
export interface OwnTool<Input extends z.ZodObject = z.ZodObject> {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly annotations: Readonly<Record<string, boolean>>;
	readonly input: Input;
	readonly output: z.ZodObject;
	run(input: z.infer<Input>, context: OwnToolContext): Promise<SkillResult>;
}

interface Served {
	/** As `tools/list` shows it. */
	readonly tool: Readonly<Record<string, unknown>> & { readonly name: string };
	run(args: unknown, context: OwnToolContext): Promise<SkillResult>;
}

function served<Input extends z.ZodObject>({ input, output, run, annotations, ...about }: OwnTool<Input>): Served {
	return {
		tool: {
			...about,
			inputSchema: jsonSchemaOf(input, 'input'),
			outputSchema: jsonSchemaOf(output, 'output'),
			annotations: { title: about.title, ...annotations },
		},
		run: (args, context) => run(parseOrFault<z.infer<Input>>(input as never, args, about.name), context),
	};
}

export const ownTools: readonly Served[] = [served(ask), served(jobStatus), served(jobResult), served(jobCancel)];

export function ownTool(name: string): Served | undefined {
	return ownTools.find(({ tool }) => tool.name === name);
}
