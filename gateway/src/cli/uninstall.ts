import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { asFault, Fault } from '@switchboard/kit/fault';
import { disconnectHost, entryInFile } from '../connect/connect.ts';
import { createConnectionRecord } from '../connect/record.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { type HostFile, hostFiles } from '../doctor/hosts.ts';
import { checkoutFolder } from '../home.ts';
import { defineCommand } from './command.ts';
import { stopDaemon } from './stop.ts';

export const uninstall = defineCommand({
	name: 'uninstall',
	summary: 'Take the entry out of every host, end the daemon and delete what it kept',
	usage: '[--yes] [--keep-state]',
	example: '--keep-state',
	options: {
		yes: { type: 'boolean', about: 'Do not ask' },
		'keep-state': { type: 'boolean', about: 'Keep the state folder: business records, mail drafts, audit' },
	},

	async run({ home, env, values, out, daemon }) {
		const keepState = values['keep-state'] === true || !existsSync(home);
		if (!keepState) refuseToDelete(home);
		const connected = hostFiles(home, env).filter(isConnected);
		const plan = [
			...connected.map(({ host, file }) => `take the entry out of ${host.title} (${file})`),
			'end the daemon',
			...(keepState ? [] : [`delete ${home} with all records, drafts and the audit in it`]),
		];
		if (values.yes !== true) {
			if (!out.interactive)
				throw new Fault('invalid_input', 'There is no terminal to ask at.', {
					hint: `Say --yes. It would ${plan.join(', ')}.`,
				});
			out.line(`This will ${plan.join(', ')}.`);
			if (!/^y(es)?$/i.test(await out.ask('Go on? [y/N] '))) throw new Fault('denied', 'Nothing was changed.');
		}

		const record = createConnectionRecord(home);
		const hosts = connected.map(({ host, file }) => disconnectHost(host, file, record));
		const stopped = await stopDaemon(home, { daemon, out, force: true });
		if (!keepState) deleteState(home);
		const document = { hosts, stopped, state: { folder: home, deleted: !keepState } };
		const program = checkoutFolder === undefined ? 'npm uninstall -g switchboard-gateway' : `rm -r ${checkoutFolder}`;
		out.result(document, `Done. The program itself goes with: ${program}`);
	},
});

/** A file that cannot be read cannot be edited either; it is reported when it is a file we know to be in. */
function isConnected({ host, file }: HostFile): boolean {
	try {
		return entryInFile(host, file) !== undefined;
	} catch (error) {
		if (asFault(error).kind === 'internal') throw error;
		return false;
	}
}

function deleteState(home: string): void {
	const { socketFolder } = daemonPaths(home);
	if (socketFolder !== undefined && socketFolder !== home) rmSync(socketFolder, { recursive: true, force: true });
	rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** `SWITCHBOARD_HOME` may name any folder; what holds more than our state is not deleted. */
function refuseToDelete(home: string): void {
	const holdsMore = [homedir(), process.cwd(), checkoutFolder].some(
		(folder) => folder !== undefined && isWithin(home, folder),
	);
	const isOurs = ['daemon.lock', 'daemon.json', 'token', 'connections.json'].some((name) =>
		existsSync(join(home, name)),
	);
	if (!holdsMore && isOurs) return;
	throw new Fault('denied', `${home} does not look like a state folder of Switchboard and nothing else.`, {
		hint: 'Delete it by hand, or say --keep-state.',
	});
}

function isWithin(folder: string, inner: string): boolean {
	const way = relative(folder, inner);
	return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
