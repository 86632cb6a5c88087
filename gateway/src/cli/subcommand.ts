import type { CommandContext, Options } from './command.ts';
import type { ExitCode } from './exit-codes.ts';
import { usageFault } from './usage.ts';

/** Runs what the first argument names, or the first of them where there is none; the rest are its own arguments. */
export async function subcommand<Given extends Options>(
	context: CommandContext<Given>,
	choices: Readonly<Record<string, (context: CommandContext<Given>) => Promise<ExitCode | undefined>>>,
): Promise<ExitCode | undefined> {
	const names = Object.keys(choices);
	const [name = names[0] ?? '', ...args] = context.args;
	const run = Object.hasOwn(choices, name) ? choices[name] : undefined;
	if (run === undefined) throw usageFault(`There is no “${name}” here, only ${names.join(', ')}.`);
	return await run({ ...context, args });
}
