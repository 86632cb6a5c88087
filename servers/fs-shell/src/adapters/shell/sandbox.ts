import { execa } from 'execa';
import { sandboxArguments } from '../../sandbox-argv.ts';
import { isInside, type Territory } from '../../territory.ts';
import { findProgram } from './programs.ts';
import { isSystem, type SystemView, systemView, viewOf } from './sandbox-view.ts';

/** Whether commands are contained, and if not, why. */
export type SandboxState =
	| { readonly state: 'bubblewrap'; readonly program: string }
	| { readonly state: 'unavailable'; readonly reason: string };

export interface SandboxSettings {
	readonly use: 'auto' | 'require' | 'off';
	readonly hasNetwork: boolean;
	/** Further paths that commands may read. */
	readonly readable: readonly string[];
	/** The owner's scripts: seen although they may lie in a folder that is hidden. */
	readonly scripts: string;
}

export interface Sandbox {
	readonly settings: SandboxSettings;
	/** Tried once; a machine that has none is asked again a minute later. */
	state(): Promise<SandboxState>;
	/** The command line that runs another inside. */
	wrap(program: string, territory: Territory, cwd: string, hasNetwork?: boolean): readonly string[];
	/** Folders that a command inside can find programs in. */
	sees(folder: string): boolean;
}

const retryAfter = 60_000;

export function createSandbox(settings: SandboxSettings): Sandbox {
	let view: SystemView | undefined;
	const ofSystem = (): SystemView => {
		view ??= systemView(settings.readable);
		return view;
	};
	let tried: Promise<SandboxState> | undefined;

	function argumentsFor(territory: Territory, cwd: string, hasNetwork = settings.hasNetwork): string[] {
		return sandboxArguments({ ...ofSystem(), ...viewOf(territory, settings.scripts), hasNetwork, cwd });
	}

	function retryLater(found: SandboxState): SandboxState {
		const forget = (): void => {
			tried = undefined;
		};
		if (found.state === 'unavailable') setTimeout(forget, retryAfter).unref();
		return found;
	}

	return {
		settings,
		state() {
			tried ??= probe(settings.use, argumentsFor(nowhere, '/')).then(retryLater);
			return tried;
		},
		wrap: (program, territory, cwd, hasNetwork) => [program, ...argumentsFor(territory, cwd, hasNetwork)],
		sees: (folder) => isSystem(folder) || ofSystem().readable.some((path) => isInside(folder, path)),
	};
}

/** No root at all: what a sandbox is tried with. */
const nowhere: Territory = { roots: [], isReadOnly: true, mayReadSecrets: false, hidden: [], guarded: [] };

/** Runs nothing in a sandbox, to see whether there can be one. */
async function probe(use: SandboxSettings['use'], argv: readonly string[]): Promise<SandboxState> {
	if (use === 'off') return { state: 'unavailable', reason: 'It is switched off by the setting sandbox.' };
	if (process.platform !== 'linux') return { state: 'unavailable', reason: 'There is none for this system yet.' };
	const program = findProgram('bwrap', (process.env.PATH ?? '').split(':'));
	if (program === undefined) {
		return { state: 'unavailable', reason: 'bubblewrap is not installed (apt-get install bubblewrap).' };
	}
	const { failed } = await execa(program, [...argv, 'true'], { reject: false, timeout: 5_000, stdin: 'ignore' });
	if (!failed) return { state: 'bubblewrap', program };
	return { state: 'unavailable', reason: 'bubblewrap is installed, but this machine does not let it make a sandbox.' };
}
