import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import { connectHost, disconnectHost, type Outcome } from '../connect/connect.ts';
import { entryFor, entryName, type HostKind, hostNamed } from '../connect/hosts.ts';
import { launchCommand } from '../connect/launch.ts';
import { createConnectionRecord } from '../connect/record.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { workingFolder } from './context.ts';

const options = {
	remove: { type: 'boolean', about: 'Take the entry out again; the file is what it was before' },
	print: { type: 'boolean', about: 'Print the configuration instead of writing it' },
	folder: { type: 'string', value: 'DIR', about: 'Folder to work in; for Claude Desktop the current one' },
	project: { type: 'boolean', about: 'Use the configuration of the project in the current folder' },
	file: { type: 'string', value: 'FILE', about: 'Use this configuration file' },
} as const;

type Context = CommandContext<typeof options>;

export const connect = defineCommand({
	name: 'connect',
	summary: 'Enter Switchboard in a host’s configuration',
	usage: 'claude-desktop|claude-code|cursor|vscode [--remove] [--print] [--folder DIR] [--project] [--file FILE]',
	example: 'claude-desktop',
	options,

	async run(context) {
		const { args, values, home, out } = context;
		const host = hostNamed(args[0]);
		if (values.print) {
			const config = { [host.section]: { [entryName]: entryFor(host, launchFor(host, context)) } };
			out.result(config, JSON.stringify(config, null, 2));
			return;
		}
		const file = fileFor(host, context);
		const record = createConnectionRecord(home);
		const outcome = values.remove
			? disconnectHost(host, file, record)
			: connectHost(host, file, launchFor(host, context), record);
		out.result(outcome, () => sentence(host, outcome));
	},
});

function launchFor({ hasNoFolder }: HostKind, { values, env }: Context) {
	const folder = values.folder ?? (hasNoFolder ? '.' : undefined);
	return launchCommand(
		['stdio', ...(folder === undefined ? [] : ['--folder', existingFolder(resolve(workingFolder(env), folder))])],
		env,
	);
}

function existingFolder(path: string): string {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
	throw new Fault('not_found', `There is no folder ${path}.`);
}

function fileFor(host: HostKind, { values, env }: Context): string {
	const here = workingFolder(env);
	if (values.file !== undefined) return resolve(here, values.file);
	if (!values.project) return host.file({ platform: process.platform, env });
	if (host.projectFile !== undefined) return resolve(here, host.projectFile);
	throw new Fault('invalid_input', `${host.title} has no configuration for one project.`);
}

function sentence({ name, title, next }: HostKind, { action, file, backup }: Outcome): string {
	switch (action) {
		case 'connected':
		case 'updated':
			return [
				`${title} is connected by ${file}.`,
				...(backup === undefined ? [] : [`The file as it was is kept in ${backup}.`]),
				next,
				`To take it back: ${commandLine('connect', name, '--remove')}`,
			].join('\n');
		case 'unchanged':
			return `${title} is connected already by ${file}.`;
		case 'removed':
			return `${title} is no longer connected. It lets go of Switchboard when it is next started.`;
		case 'absent':
			return `${title} is not connected by ${file}; nothing was changed.`;
	}
}
