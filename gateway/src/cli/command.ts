import type { Log } from '@switchboard/kit/log';
import type { Control } from '../daemon/control.ts';
import type { OpenedGateway } from '../daemon/run-daemon.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface Option {
	readonly type: 'boolean' | 'string';
	readonly short?: string;
	readonly multiple?: boolean;
	/** What it does, for the help text. */
	readonly about: string;
	/** The word that stands for its value in the help text: `FILE`. */
	readonly value?: string;
}
export type Options = Readonly<Record<string, Option>>;

export type ValuesOf<Given extends Options> = {
	readonly [Name in keyof Given]?: Given[Name]['type'] extends 'boolean'
		? boolean
		: Given[Name]['multiple'] extends true
			? readonly string[]
			: string;
};

/** Loads the configuration of a home and builds its Gateway. */
export type OpenGateway = (home: string, log: Log) => Promise<OpenedGateway>;

export interface CommandContext<Given extends Options = Options> {
	/** Positional arguments. */
	readonly args: readonly string[];
	/** Options by name; `json` and `help` are handled before. */
	readonly values: ValuesOf<Given>;
	/** The state folder of the daemon this command speaks to. */
	readonly home: string;
	readonly env: NodeJS.ProcessEnv;
	readonly out: Output;
	/** Ends with the command, or when the user presses Ctrl-C. */
	readonly signal: AbortSignal;
	/** What a daemon serves that this command starts in its own process. */
	readonly openGateway: OpenGateway;
	/** The connection to the daemon, started when there is none unless `start` is false; `unavailable` where it cannot be had. */
	daemon(options?: { readonly start?: boolean }): Promise<Control>;
}

/** One command of the CLI: one file, named as the command is. */
export interface Command<Given extends Options = Options> {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** What follows the name: `<instruction…>`. */
	readonly usage: string;
	/** What follows the name in a real example. */
	readonly example: string;
	readonly options: Given;
	/** Prints by `context.out`, throws a Fault where it fails; 0 where it returns nothing. */
	run(context: CommandContext<Given>): Promise<ExitCode | undefined>;
}

/** Fixes the types of a command's values by its options. */
export function defineCommand<const Given extends Options>(command: Command<Given>): Command {
	// The dispatcher parses by `options`, so the values are what the command declared.
	return command as unknown as Command;
}
