import { parseArgs } from 'node:util';
import type { Command, CommandContext, OpenGateway, Options } from './command.ts';
import { commands } from './commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';

export interface MainParts {
	/** What a daemon serves; a test may serve another. */
	readonly openGateway: OpenGateway;
}

/** Runs one command of the command line. Answers its exit code. */
export async function main(argv: readonly string[], parts: MainParts): Promise<ExitCode> {
	const [name = 'help', ...rest] = argv;
	if (name === 'help' || name === '--help' || name === '-h') return await printHelp(rest[0]);
	if (name === '--version' || name === '-v') return await printVersion();
	const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (load === undefined) return await unknownCommand(name);
	return await runCommand(await load(), rest, parts);
}

async function runCommand(command: Command, argv: readonly string[], parts: MainParts): Promise<ExitCode> {
	const out = createOutput(argv.includes('--json'));
	let parsed: { args: readonly string[]; values: Record<string, unknown> };
	try {
		parsed = parse(command.options, argv);
	} catch (error) {
		const { usageFault } = await import('./usage.ts');
		// Node goes on with advice that does not fit our commands.
		const [what] = (error as Error).message.split('. ');
		return await report(usageFault(`${what?.replace(/\.$/, '')}.`), command, out, false);
	}
	if (parsed.values.help === true) return await printHelp(command.name);
	const { createContext } = await import('./context.ts');
	const { context, close } = createContext(parsed.args, parsed.values as CommandContext['values'], out, parts);
	try {
		const code = (await command.run(context)) ?? exitCodes.ok;
		return code === exitCodes.failed && context.signal.aborted ? exitCodes.interrupted : code;
	} catch (error) {
		return await report(error, command, out, context.signal.aborted);
	} finally {
		out.progress();
		close();
	}
}

function parse(
	options: Options,
	argv: readonly string[],
): { args: readonly string[]; values: Record<string, unknown> } {
	const known = Object.entries(options).map(([name, { type, short, multiple = false }]) => [
		name,
		{ type, multiple, ...(short !== undefined && { short }) },
	]);
	const { values, positionals } = parseArgs({
		args: [...argv],
		options: { ...Object.fromEntries(known), json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
		allowPositionals: true,
	});
	return { args: positionals, values: { ...values } };
}

/** What went wrong, for whoever reads stderr; with `--json` also as the document that was promised. */
async function report(error: unknown, command: Command, out: Output, isInterrupted: boolean): Promise<ExitCode> {
	const [{ asCommandFault, faultLines }, { exitCodeOf }] = await Promise.all([
		import('./report.ts'),
		import('./exit-codes.ts'),
	]);
	const fault = asCommandFault(error);
	if (isInterrupted) return exitCodes.interrupted;
	for (const line of faultLines(fault, command.name)) out.note(line);
	if (out.json) out.jsonLine({ error: fault.toWire() });
	return exitCodeOf(fault.kind);
}

async function printHelp(name?: string): Promise<ExitCode> {
	const { helpOf, overview } = await import('./help.ts');
	const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (name !== undefined && load === undefined) return await unknownCommand(name);
	process.stdout.write(load === undefined ? await overview() : helpOf(await load()));
	return exitCodes.ok;
}

async function printVersion(): Promise<ExitCode> {
	const { thisBuild } = await import('../daemon/build.ts');
	process.stdout.write(`${thisBuild().version}\n`);
	return exitCodes.ok;
}

async function unknownCommand(name: string): Promise<ExitCode> {
	const { commandLine } = await import('../command-line.ts');
	process.stderr.write(
		`There is no command named ${JSON.stringify(name.slice(0, 64))}. ${commandLine('help')} lists them.\n`,
	);
	return exitCodes.usage;
}
