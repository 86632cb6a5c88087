import { join } from 'node:path';
import type { AgentContext } from '@switchboard/kit';
import type { FsShellConfig } from '../config.ts';
import type { Files, FsShellPorts } from '../ports.ts';
import { createChanges } from './changes/changes.ts';
import { createMachine } from './machine.ts';
import { createPlaces, type Places } from './places.ts';
import { createReader } from './reader.ts';
import { createScripts } from './scripts.ts';
import { createBuiltIn } from './search/built-in.ts';
import type { Matcher } from './search/matcher.ts';
import { createRipgrep, findRipgrep } from './search/ripgrep.ts';
import { search } from './search/search.ts';
import { createLauncher } from './shell/launcher.ts';
import { createSandbox } from './shell/sandbox.ts';
import { createShell } from './shell/shell.ts';
import { survey } from './survey.ts';
import { createTerritories, fromHome } from './territories.ts';

type Context = Pick<
	AgentContext<FsShellConfig>,
	'config' | 'stateFolder' | 'onSessionEnd' | 'onClose' | 'skillsChanged'
>;

const day = 24 * 60 * 60 * 1000;
const megabyte = 1024 * 1024;

/** The real ports. `ripgrep` finds the search program; where it finds none, the built-in search does. */
export function createPorts(context: Context, ripgrep: () => Promise<string | undefined> = findRipgrep): FsShellPorts {
	const { config, stateFolder } = context;
	const scriptFolder = config.scripts === undefined ? join(stateFolder, 'scripts') : fromHome(config.scripts);
	const ownFolders = [stateFolder, process.env.SWITCHBOARD_HOME, process.env.SWITCHBOARD_ARTIFACTS];
	const places = createPlaces(
		createTerritories({
			roots: config.roots,
			isReadOnly: config.readOnly,
			mayReadSecrets: config.readSecrets,
			hidden: ownFolders.filter((folder) => folder !== undefined),
			guarded: [scriptFolder],
		}),
	);
	const sandbox = createSandbox({
		use: config.sandbox,
		hasNetwork: config.network,
		readable: config.readable.map(fromHome),
		scripts: scriptFolder,
	});
	const launcher = createLauncher(stateFolder);
	const running = { places, sandbox, launcher, variables: config.env };
	const changes = createChanges(places, stateFolder, {
		age: config.undoDays * day,
		bytes: config.undoMegabytes * megabyte,
	});
	const scripts = createScripts({ ...running, folder: scriptFolder, onChange: context.skillsChanged });
	context.onSessionEnd((session) => launcher.endSession(session));
	context.onClose(async () => {
		scripts.close();
		await launcher.close();
		changes.close();
	});
	return {
		files: createFiles(places, ripgrep),
		changes,
		shell: createShell(running),
		scripts,
		machine: createMachine(places, sandbox),
	};
}

function createFiles(places: Places, ripgrep: () => Promise<string | undefined>): Files {
	let matcher: Promise<Matcher> | undefined;
	const findMatcher = async (): Promise<Matcher> => {
		const program = await ripgrep();
		return program === undefined ? createBuiltIn(places) : createRipgrep(program);
	};
	return {
		...createReader(places),
		survey: (request, scope) => survey(places, request, scope),
		async search(request, scope) {
			matcher ??= findMatcher();
			return search(places, await matcher, request, scope);
		},
		async locate(path, scope) {
			using place = await places.pin(path, 'see', scope);
			return place.path;
		},
	};
}
